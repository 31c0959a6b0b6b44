"""The year's training plan (年度培训计划): sessions, attendance, hours, a short quiz."""
