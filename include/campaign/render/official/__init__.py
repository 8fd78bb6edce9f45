"""Official papers in the layout of Decree 30/2020/NĐ-CP: one content, written as DOCX and as PDF."""
