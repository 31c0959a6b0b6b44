"""What writes training: plans and their steps, sessions, what is handed out, quizzes; certificates."""
