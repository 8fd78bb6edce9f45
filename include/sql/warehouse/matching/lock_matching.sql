-- Lets one transaction at a time pair and count. No parameters.
lock table matching.paired in access exclusive mode
