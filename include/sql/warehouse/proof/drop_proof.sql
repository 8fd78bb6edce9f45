-- Drops what an earlier proof of the same transaction made; the versions stay. No parameters.
drop table if exists
proof_basis, proof_book, proof_entry, proof_receipt, proof_code, proof_pair, proof_left_over, proof_live, entry_proof
