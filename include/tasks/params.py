"""Parameters of the DAGs' forms. Every default is valid, since a scheduled run is given no others."""

from __future__ import annotations

from airflow.sdk import Param

NOW = Param(
    None,
    type=["null", "string"],
    title="Thời điểm hiện tại (chỉ dùng khi diễn tập)",
    description="ISO, có múi giờ: 2025-03-05T18:05:00+07:00. Để trống: đồng hồ thật.",
)

MOMENT_PARAMS = {"now": NOW}

DAY_PARAMS = {
    "day": Param(
        None,
        type=["null", "string"],
        title="Ngày khóa sổ",
        description="2025-03-05, hoặc final cho lần chốt cuối. Để trống: lần chốt đến hạn gần nhất.",
    ),
    "registries": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Chỉ đọc lại các cơ sở này",
        description="Mỗi dòng một mã đơn vị, ví dụ 19330. Để trống: đọc tất cả.",
    ),
    "effects": Param(
        "newest",
        type="string",
        enum=["newest", "always", "never"],
        values_display={
            "newest": "Chỉ khi là ngày mới nhất",
            "always": "Luôn đưa lại hàng đợi và gửi thư",
            "never": "Không đưa lại hàng đợi, không gửi thư",
        },
        title="Đưa lại hàng đợi và gửi thư",
        description="Ngày cũ hơn ngày đã khóa mới nhất chỉ được tính lại.",
    ),
    "now": NOW,
}
