"""Whistles (街巷吹哨、部门报到): departments are called, check in, conclude, and are rated."""
