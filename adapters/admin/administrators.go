package admin

import (
	"context"
	"os/user"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// NameAdministrator lets an account of this machine administer the installation.
var NameAdministrator = Operation[commands.NameAdministrator, nothing]{name: "name-administrator",
	do: func(ctx context.Context, s *Server, m domain.Meta, q commands.NameAdministrator) (nothing, error) {
		if _, err := user.Lookup(q.Account); err != nil { // a slip would name nobody
			return nothing{}, domain.FieldErrorf(domain.Invalid, "account", "su questa macchina non c'è l'account indicato")
		}
		_, err := commands.Handle(ctx, s.Commands, domain.InstallazioneStream, m, q)
		return nothing{}, err
	}}

// RemoveAdministrator ends that.
var RemoveAdministrator = Operation[commands.RemoveAdministrator, nothing]{name: "remove-administrator",
	do: func(ctx context.Context, s *Server, m domain.Meta, q commands.RemoveAdministrator) (nothing, error) {
		_, err := commands.Handle(ctx, s.Commands, domain.InstallazioneStream, m, q)
		return nothing{}, err
	}}

// ListAdministrators answers with the names of their accounts.
var ListAdministrators = Operation[nothing, []string]{name: "list-administrators",
	do: func(ctx context.Context, s *Server, _ domain.Meta, _ nothing) ([]string, error) {
		now, err := commands.Fact(ctx, s.Commands, domain.InstallazioneStream)
		return now.Administrators, err
	}}
