package auth

import "github.com/visure-anagrafiche/visure/commands"

// Accounts and Sessions are ports of the commands, in whose words they speak.
type (
	Factors        = commands.Factors
	FirstStep      = commands.FirstStep
	Method         = commands.Method
	Proof          = commands.Proof
	Kind           = commands.SessionKind
	Session        = commands.Session
	Passkey        = commands.Passkey
	Challenge      = commands.Challenge
	PasswordChange = commands.PasswordChange
)

var (
	_ commands.Accounts       = (*Accounts)(nil)
	_ commands.Sessions       = (*Sessions)(nil)
	_ commands.Workstations   = (*Workstations)(nil)
	_ commands.SoftwareTokens = (*SoftwareTokens)(nil)
	_ commands.BearerTokens   = (*Tokens)(nil)
)
