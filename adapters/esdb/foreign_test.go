package esdb_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// office is a Comune with one officer and one operator who may ask it, in a
// store.
type office struct {
	officer, operator domain.Actor
	profile           domain.ProfileID
}

const istat = domain.CodiceISTAT("042002")

// openOffice enters everybody.
func openOffice(t testing.TB, store *esdb.Store) office {
	t.Helper()
	ente := domain.EnteID(uuid.NewString())
	o := office{
		officer:  domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: domain.RoleTop, Comune: istat},
		operator: domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: domain.RoleStandard, Ente: ente},
		profile:  domain.ProfileID(uuid.NewString()),
	}
	today := domain.ItalianDay(time.Now())
	types := []domain.Tipo{domain.Nascita, domain.Residenza}
	pair := domain.Pair{Ente: ente, Comune: istat}
	for stream, events := range map[string][]domain.Event{
		string(istat.Stream()): {domain.ComuneRegistered{ISTAT: istat, Nome: "Ancona", Provincia: "AN"}, domain.TopNamed{Utente: o.officer.Utente}},
		string(domain.ConvenzioneIDOf(pair).Stream()): {domain.ConvenzioneDrafted{
			Ente: ente, Comune: istat, Dal: today, Al: domain.Date{Year: today.Year + 1, Month: 12, Day: 31}, Massimo: domain.Massimo{Tipi: types},
			Finalita: []domain.Finalita{{Codice: "ISEE", BaseGiuridica: "art. 71 DPR 445/2000"}},
		}, domain.ConvenzioneActivated{Numero: 1}},
		string(o.profile.Stream()):        {domain.ProfileDefined{Comune: istat, Nome: "Sportello", Tipi: domain.Concessi(types, domain.Modo{})}},
		string(o.officer.Utente.Stream()): {domain.UtenteRegistered{Codice: "U-1"}},
		string(o.operator.Utente.Stream()): {domain.UtenteRegistered{Codice: "U-2"}, domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: istat},
			domain.ProfileAssigned{Ente: ente, Comune: istat, Profile: o.profile}, domain.InstructionsAccepted{Comune: istat}},
	} {
		mustAppend(t, store, stream, commands.NoStream, metaNow(), events...)
	}
	return o
}

// grant has the officer say whether operators may ask for residenze.
func (o office) grant(ctx context.Context, h *commands.Handler, residenze bool) error {
	p := commands.DefineProfile{Comune: istat, Nome: "Sportello", Tipi: domain.Concessi([]domain.Tipo{domain.Nascita}, domain.Modo{})}
	if residenze {
		p.Tipi = append(p.Tipi, domain.TipoConcesso{Tipo: domain.Residenza})
	}
	_, err := commands.Handle(ctx, h, o.profile.Stream(), domain.Meta{By: o.officer}, p)
	return err
}

// ask asks for a residenza.
func (o office) ask(ctx context.Context, h *commands.Handler) error {
	_, err := commands.Handle(ctx, h, domain.VisuraID(uuid.NewString()).Stream(), domain.Meta{By: o.operator}, commands.RequestVisura{
		Comune: string(istat), Tipo: string(domain.Residenza), Finalita: "ISEE", NumeroPratica: "2026/004711",
		Soggetto: commands.SoggettoRichiesto{CodiceFiscale: "RSSMRA80A01H501U"},
	})
	return err
}

// secrets make what is keyed, for tests that look at none of it.
type secrets struct{}

func (secrets) SubjectToken(domain.Soggetto) string           { return "token" }
func (secrets) UtenteID(domain.CodiceFiscale) domain.UtenteID { return "" }
func (secrets) Numero(string) domain.CIUV                     { return domain.NewCIUV([10]byte{}) }

func newHandler(store commands.Store) *commands.Handler {
	return &commands.Handler{Store: store, Secrets: secrets{}, Now: time.Now, NewID: uuid.NewString}
}

// neighbour is another application that writes to the same store.
type neighbour struct {
	client  *es.Client
	written atomic.Int64
	more    chan struct{} // told of each append, if somebody waits
}

// run writes until ctx ends, appends of ten events, as fast as it may: a tick is
// one append; without ticks each follows the last.
func (n *neighbour) run(ctx context.Context, ticks <-chan time.Time) error {
	events := make([]es.EventData, 10)
	for i := 0; ; i++ {
		if ticks != nil {
			select {
			case <-ticks:
			case <-ctx.Done():
				return nil
			}
		}
		for j := range events {
			events[j] = es.EventData{EventID: uuid.New(), EventType: "measured", ContentType: es.ContentTypeJson, Data: []byte(`{"of":"another application, with about as much to say as ours"}`)}
		}
		_, err := n.client.AppendToStream(ctx, fmt.Sprintf("meter-%d", i%100), es.AppendToStreamOptions{ExpectedRevision: es.Any{}}, events...)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		n.written.Add(int64(len(events)))
		select {
		case n.more <- struct{}{}:
		default:
		}
	}
}

// await waits until so many more events are written.
func (n *neighbour) await(ctx context.Context, more int64) {
	for until := n.written.Load() + more; n.written.Load() < until && ctx.Err() == nil; {
		select {
		case <-n.more:
		case <-ctx.Done():
		}
	}
}

// Two servers on a store in which another application's events never stop, many
// more than a thousand a second: what one of them is told to take away is refused by
// the other at the very next request, whether requests come one upon the other
// or after thousands of foreign events.
func TestAmongForeignEventsARightTakenAwayIsGoneAtTheNextRequest(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	ring := newRing()
	here, there := newHandler(esdb.NewStore(server.connect(), ring)), newHandler(esdb.NewStore(server.connect(), ring))
	o := openOffice(t, esdb.NewStore(server.connect(), ring))
	ctx, stop := context.WithCancel(withDeadline(t, time.Minute))
	other := &neighbour{client: server.official(), more: make(chan struct{})}
	var writing sync.WaitGroup
	writing.Go(func() {
		if err := other.run(ctx, nil); err != nil {
			t.Errorf("the other application: %v", err)
		}
	})
	defer writing.Wait()
	defer stop()
	for round := range 30 {
		if round%3 == 2 { // now both are far behind
			other.await(ctx, 5000)
		}
		residenze := round%2 == 1
		if err := o.grant(ctx, here, residenze); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for _, h := range []*commands.Handler{there, here, there} {
			err := o.ask(ctx, h)
			if residenze && err != nil || !residenze && domain.CodeOf(err) != domain.Forbidden {
				t.Fatalf("round %d: residenze granted %t, but the next request is answered %v", round, residenze, err)
			}
		}
	}
}
