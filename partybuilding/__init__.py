"""Party building as work (handbook §6): one room for each construct, the lower first (`wangguan.rooms`)."""
