// Package floor does what no emission can do without, and nothing else: it is
// what the rate of emissions is compared with.
//
// In it, for each document, with the program's own parts:
//   - the exchange with the registry over HTTPS, kept connections: the client's
//     signatures and its check of the answer, the simulator's checks of the
//     request (signatures, schema) and its answer;
//   - composing the document from the answer, and rendering it once;
//   - its encryption and synced write to the archive;
//   - two synced appends to the journal of the event store, of as many events of
//     the same sizes as an emission writes.
//
// Not in it: the HTTP server and its clients, authentication, decisions and what
// they rest on, making and sealing events, data keys, the client and the protocol
// of the event store, delivery to the process, PostgreSQL, read models. The
// simulator keeps its answers in a file as it always does.
package floor

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/domain"
)

// Options say where the floor keeps what it writes, and whom it asks about.
type Options struct {
	Dir    string // must be new
	Comune domain.CodiceISTAT
	People int // size and seed of the simulator's population
	Seed   uint64
}

// Floor is the parts, ready. It is safe for concurrent use.
type Floor struct {
	comune   domain.CodiceISTAT
	subjects []*people.Person

	simulator *simulator.Server
	registry  *anpr.Client
	renderer  *pdf.Renderer
	archive   *archive.Directory
	journal   *journal.Journal
}

// Open makes the parts. Close the floor.
func Open(o Options) (_ *Floor, err error) {
	f := &Floor{comune: o.Comune}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open the floor: %w", err), f.Close())
		}
	}()
	if err := f.openRegistry(o); err != nil {
		return nil, err
	}
	if f.renderer, err = pdf.New(nil); err != nil {
		return nil, err
	}
	var key oneKey
	rand.Read(key[:])
	if f.archive, err = archive.NewDirectory(filepath.Join(o.Dir, "documents"), key); err != nil {
		return nil, err
	}
	f.journal, err = journal.Open(journal.Options{Dir: filepath.Join(o.Dir, "events")})
	return f, err
}

// openRegistry starts the simulator, and a client that asks it.
func (f *Floor) openRegistry(o Options) error {
	kit, err := pki.OpenKit(filepath.Join(o.Dir, "pki"), "", string(o.Comune))
	if err != nil {
		return err
	}
	if f.simulator, err = simulator.Start(simulator.Config{Kit: kit, People: o.People, Seed: o.Seed}); err != nil {
		return err
	}
	f.subjects = f.simulator.People().Select(string(o.Comune), people.FitsResidenza, 0)
	roots := x509.NewCertPool()
	roots.AddCert(kit.CA.Certificate)
	f.registry, err = anpr.New(anpr.Config{
		BaseURL: map[string]string{environment: f.simulator.URL()}, RootCAs: roots, Keystores: kit.Dir,
		Password: func(string) (string, error) { return kit.Password, nil },
		Log:      slog.New(slog.DiscardHandler),
	})
	return err
}

// Close stops the parts.
func (f *Floor) Close() (err error) {
	if f.registry != nil {
		f.registry.Close()
	}
	if f.simulator != nil {
		err = f.simulator.Close()
	}
	if f.journal != nil {
		err = errors.Join(err, f.journal.Close())
	}
	return err
}

// oneKey is the data key of every document.
type oneKey [32]byte

// Key implements archive.Keys.
func (k oneKey) Key(context.Context, string) ([]byte, error) { return k[:], nil }
