"""The second half of `make bench`: finding homes and listing visits, in one grid and in the whole street."""
