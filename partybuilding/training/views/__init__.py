"""Pages of training: plans and sessions in the office; one's own record by phone and of the staff."""
