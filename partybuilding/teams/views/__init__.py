"""Pages of teams, volunteers and call-outs: the public's, the volunteer's, the leader's, the office's."""
