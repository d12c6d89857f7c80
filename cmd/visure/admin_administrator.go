package main

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
)

// administratorCommand says who administers the installation.
type administratorCommand struct {
	Name   nameAdministratorCommand   `cmd:"" help:"Let an account of this machine administer the installation."`
	Remove removeAdministratorCommand `cmd:"" help:"End that. The last administrator stays."`
	List   listAdministratorsCommand  `cmd:"" help:"List the accounts that do."`
}

type nameAdministratorCommand struct {
	Account string `arg:"" help:"Name of the account."`
}

// Run names one.
func (c *nameAdministratorCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.NameAdministrator, commands.NameAdministrator{Account: c.Account}); err != nil {
		return err
	}
	say("l'account %s amministra l'installazione", c.Account)
	return nil
}

type removeAdministratorCommand struct {
	Account string `arg:"" help:"Name of the account."`
}

// Run removes one.
func (c *removeAdministratorCommand) Run(ctx context.Context, a *adminCommand) error {
	if _, err := ask(ctx, a.Upkeep, admin.RemoveAdministrator, commands.RemoveAdministrator{Account: c.Account}); err != nil {
		return err
	}
	say("l'account %s non amministra l'installazione", c.Account)
	return nil
}

type listAdministratorsCommand struct{}

// Run prints one account a line.
func (*listAdministratorsCommand) Run(ctx context.Context, a *adminCommand) error {
	accounts, err := ask(ctx, a.Upkeep, admin.ListAdministrators, struct{}{})
	for _, account := range accounts {
		fmt.Println(account)
	}
	return err
}
