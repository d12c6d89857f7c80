package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/postgres"
)

// adminCommand is what who administers the installation does on its machine.
type adminCommand struct {
	Upkeep `embed:""`

	Administrator administratorCommand `cmd:"" help:"Say which accounts of this machine administer the installation."`
	Comune        comuneCommand        `cmd:"" help:"Enter a Comune, look at it."`
	Top           topCommand           `cmd:"" help:"Name who administers a Comune."`
	Auditor       auditorCommand       `cmd:"" help:"Name who verifies for a Comune or an Ente."`
	Invite        inviteCommand        `cmd:"" help:"Make the link by which a person sets their password, and print it."`
	Grant         grantCommand         `cmd:"" help:"Decide, as the second person, on grants of a Comune that has one TOP and on resets of second factors."`
	Access        accessCommand        `cmd:"" help:"Show what was tried by who is not known."`
	Sessions      sessionsCommand      `cmd:"" help:"List and end the sessions of a person."`
	Token         tokenCommand         `cmd:"" help:"Issue, list and revoke bearer tokens."`
	Erase         eraseCommand         `cmd:"" help:"Destroy the data key of a visura: nobody can read the person's data again."`
	Rebuild       rebuildCommand       `cmd:"" help:"Make a read model again from the events, beside the live one."`
	Report        reportCommand        `cmd:"" help:"Say which roles of PostgreSQL read the views for dashboards of others."`
	Reconcile     reconcileCommand     `cmd:"" help:"Count again by the events, and say where the statistics differ."`
	Projections   projectionsCommand   `cmd:"" help:"Say how each read model stands: state, position, how far behind what it wrote last was."`
	Health        healthCommand        `cmd:"" help:"Say how each part fares, and what is missing."`
}

// Help is what --help says besides.
func (*adminCommand) Help() string {
	return "The server that runs on the data folder does it; when none runs, the folder is opened meanwhile. " +
		"Only root and the server's own account may, and only those that were named administrators."
}

// Upkeep is what is known of the installation by who administers it. While the server
// runs, its own settings count.
type Upkeep struct {
	Stores    `embed:""`
	ANPR      ANPRConfig `embed:"" prefix:"anpr-"`
	Listen    string     `help:"Address of the HTTP server, to which links for people lead if --public-url is not set." default:"127.0.0.1:8080" env:"VISURE_LISTEN"`
	PublicURL string     `help:"Address by which people reach the server; links for them lead there." env:"VISURE_PUBLIC_URL" placeholder:"URL"`
}

// patience bounds how long a process that has the folder open, and is not there to
// be asked yet or any more, is waited for.
const patience = 20 * time.Second

// ask has one operation carried out.
func ask[Q, A any](ctx context.Context, c Upkeep, o admin.Operation[Q, A], q Q) (answer A, err error) {
	if _, err := os.Stat(c.Data); errors.Is(err, fs.ErrNotExist) {
		return answer, fmt.Errorf("la cartella %s non c'è: la crea «visure init», oppure indicarne un'altra con --data", c.Data)
	}
	client, done, err := c.reach(ctx)
	if err != nil {
		return answer, err
	}
	defer done()
	return o.Ask(ctx, client, q)
}

// reach connects to the server that runs on the data folder. When none does, the
// stores are opened until done is called.
func (c Upkeep) reach(ctx context.Context) (client *admin.Client, done func(), err error) {
	deadline := time.Now().Add(patience)
	for {
		client, err := admin.Dial(c.socketFolder())
		if !errors.Is(err, admin.ErrNotRunning) {
			return client, func() { client.Close() }, err
		}
		s, err := openUpkeep(ctx, c)
		if err == nil {
			if client, err = admin.Dial(c.socketFolder()); err == nil {
				return client, func() { client.Close(); s.close() }, nil
			}
		}
		s.close()
		if !inUse(err) || time.Now().After(deadline) {
			return nil, nil, err
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// inUse says that another process has the folder open.
func inUse(err error) bool {
	return errors.Is(err, postgres.ErrInUse) || errors.Is(err, journal.ErrInUse) || errors.Is(err, admin.ErrInUse)
}

// openUpkeep opens the stores and lets them be administered, without a word about
// it. Close the stack whatever is returned.
func openUpkeep(ctx context.Context, c Upkeep) (*stack, error) {
	s := newStack(Config{
		Stores: c.Stores, Listen: cmp.Or(c.Listen, defaultListen), ANPR: c.ANPR, PublicURL: c.PublicURL, Drain: defaultDrain,
	}, quietly)
	parts := s.parts()
	if c.ANPR.URL != "" {
		parts = append(parts, part{"ANPR client", func(context.Context) error {
			_, err := s.registry()
			return err
		}})
	}
	return s, s.start(ctx, append(parts, part{"read models", s.runReadModels}, part{"administration", s.runAdmin}))
}

// defaultListen is where the server is reached unless it is told otherwise.
const defaultListen = "127.0.0.1:8080"

func quietly(string, ...any) {}

// socketFolder is where the server is administered.
func (c Stores) socketFolder() string { return c.path("run") }
