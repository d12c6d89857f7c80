package generate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// grant lets one operator of an Ente ask one Comune.
type grant struct {
	operator domain.UtenteID
	ente     domain.EnteID
	comune   domain.CodiceISTAT
	profile  domain.ProfileID
}

// convenzione is the act the operator asks under.
func (g grant) convenzione() domain.ConvenzioneID {
	return domain.ConvenzioneIDOf(domain.Pair{Ente: g.ente, Comune: g.comune})
}

// actor is the operator in that capacity.
func (g grant) actor() domain.Actor {
	return domain.Actor{Utente: g.operator, Role: domain.RoleStandard, Ente: g.ente, Session: string(g.operator[:8])}
}

// link is an agreement with a profile that goes with it.
type link struct {
	comune  int
	profile domain.ProfileID
}

// world is who there is: who asks whom, and who confirms.
type world struct {
	parties
	Options
	random *rand.Rand
	out    *writer

	sizes    shares // of the Comuni
	comuni   []domain.CodiceISTAT
	enti     []domain.EnteID
	links    [][]link             // by Ente
	profiles [][]domain.ProfileID // by Comune
	officers [][]domain.UtenteID  // by Comune, its head first
	grants   [][]grant            // by Comune
	clock    time.Time            // of who enters the parties
}

func newWorld(o Options, secrets commands.Secrets, out *writer) *world {
	return &world{
		Options: o, out: out, random: rand.New(rand.NewPCG(o.Seed, 1)), sizes: newShares(o.Comuni, largestComune),
		links: make([][]link, o.Enti), profiles: make([][]domain.ProfileID, o.Comuni), officers: make([][]domain.UtenteID, o.Comuni), grants: make([][]grant, o.Comuni),
		clock: o.From.AddDate(0, 0, -30),
		parties: parties{
			secrets: secrets,
			comuni:  map[domain.CodiceISTAT]*aggregate[domain.Comune]{}, enti: map[domain.EnteID]*aggregate[domain.Ente]{},
			convenzioni: map[domain.ConvenzioneID]*aggregate[domain.Convenzione]{}, profiles: map[domain.ProfileID]*aggregate[domain.Profile]{},
			utenti: map[domain.UtenteID]*aggregate[domain.Utente]{},
		},
	}
}

// The largest have these parts of all.
const (
	largestComune = 0.05
	largestEnte   = 0.01
)

// settle enters everybody, in an order in which each finds whom it rests on.
func (w *world) settle(ctx context.Context) error {
	for _, enter := range []func(context.Context) error{w.enterComuni, w.enterEnti, w.enterConvenzioni, w.enterOperators, w.enterAuditors} {
		if err := enter(ctx); err != nil {
			return err
		}
	}
	return nil
}

// meta is what a command of an actor is sent with, a moment after the last.
func (w *world) meta(by domain.Actor) domain.Meta {
	w.clock = w.clock.Add(time.Duration(1+w.random.IntN(4)) * time.Millisecond)
	return newMeta(w.random, by, w.clock)
}

// newMeta is the metadata of a request to the API.
func newMeta(r *rand.Rand, by domain.Actor, at time.Time) domain.Meta {
	command := newID(r)
	return domain.Meta{At: at.UTC(), By: by, CommandID: command, Correlation: newID(r), Causation: command}
}

// newID returns a random UUID.
func newID(r *rand.Rand) string {
	var id uuid.UUID
	for i := 0; i < len(id); i += 8 {
		bits := r.Uint64()
		for j := range 8 {
			id[i+j] = byte(bits >> (8 * j))
		}
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

// enter carries out commands on a stream, all of which must be admitted, and
// writes what they decided.
func enter[S commands.State[S]](ctx context.Context, w *world, a *aggregate[S], by domain.Actor, all ...commands.Command[S]) error {
	before, decided := a.revision, []esdb.Decided(nil)
	for _, cmd := range all {
		d, err := act(&w.parties, a, w.meta(by), cmd)
		if err != nil {
			return fmt.Errorf("%T of %s: %w", cmd, a.stream, err)
		}
		decided = append(decided, d)
	}
	return w.out.write(ctx, chunk{stream: string(a.stream), expected: before, decided: decided})
}

// head is the officer who administers a Comune.
func (w *world) head(comune int) domain.Actor {
	return domain.Actor{Utente: w.officers[comune][0], Role: domain.RoleTop, Comune: w.comuni[comune]}
}
