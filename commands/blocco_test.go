package commands_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// midnight ends the day of all specs in Italy.
var midnight = time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)

var blockedToday = domain.UtenteBlocked{Ente: ente, Comune: comune, Allarme: domain.AllarmeEsito, Count: 12, Limit: 10, Until: midnight}

func TestBlockUtente(t *testing.T) {
	block := commands.BlockUtente{Ente: ente, Comune: comune, Allarme: domain.AllarmeEsito, Count: 12, At: now}
	with := func(change func(*commands.BlockUtente)) commands.BlockUtente { return changed(block, change) }
	here := events(entry, operates)
	lifted := domain.UtenteUnblocked{Ente: ente, Comune: comune, Motivo: "verificato"}
	tomorrow := now.AddDate(0, 0, 1)
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"until midnight":                        {given: here, when: block, then: events(blockedToday)},
		"once a day":                            {given: append(here, blockedToday), when: block},
		"not for another alarm meanwhile":       {given: append(here, blockedToday), when: with(func(c *commands.BlockUtente) { c.Allarme, c.Count = domain.AllarmeVolume, 501 })},
		"not again once it is lifted":           {given: append(here, blockedToday, lifted), when: block},
		"but for another alarm":                 {given: append(here, blockedToday, lifted), when: with(func(c *commands.BlockUtente) { c.Allarme, c.Count = domain.AllarmeVolume, 501 }), then: events(changed(blockedToday, func(e *domain.UtenteBlocked) { e.Allarme, e.Count, e.Limit = domain.AllarmeVolume, 501, 501 }))},
		"and the day after":                     {given: append(here, blockedToday), at: tomorrow, when: with(func(c *commands.BlockUtente) { c.At = tomorrow }), then: events(changed(blockedToday, func(e *domain.UtenteBlocked) { e.Until = midnight.AddDate(0, 0, 1) }))},
		"not when the day is over":              {given: here, at: midnight, when: block},
		"a moment before, still":                {given: here, at: midnight.Add(-1), when: block, then: events(blockedToday)},
		"not below the limit":                   {given: here, when: with(func(c *commands.BlockUtente) { c.Count = 9 })},
		"at the limit":                          {given: here, when: with(func(c *commands.BlockUtente) { c.Count = 10 }), then: events(changed(blockedToday, func(e *domain.UtenteBlocked) { e.Count = 10 }))},
		"sixty requests a minute are not many":  {given: here, when: with(func(c *commands.BlockUtente) { c.Allarme, c.Count = domain.AllarmeFrequenza, 60 })},
		"five hundred persons a day are not":    {given: here, when: with(func(c *commands.BlockUtente) { c.Allarme, c.Count = domain.AllarmeVolume, 500 })},
		"nobody who is not there":               {when: block},
		"elsewhere the person is not concerned": {given: append(here, changed(blockedToday, func(e *domain.UtenteBlocked) { e.Comune = altro })), when: block, then: events(blockedToday)},
		"not by a TOP":                          {given: here, by: luisa, parties: around, when: block, fails: domain.Forbidden},
	})
}

func TestUnblockUtente(t *testing.T) {
	lift, lifted := commands.UnblockUtente{Ente: ente, Comune: comune, Motivo: "verificato"}, domain.UtenteUnblocked{Ente: ente, Comune: comune, Motivo: "verificato"}
	pairs(t, lift, around)
	here := events(entry, operates, blockedToday)
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by a TOP":                 {given: here, by: luisa, parties: around, when: lift, then: events(lifted)},
		"by the pair's ADMIN":      {given: here, by: anna, parties: around, when: lift, then: events(lifted)},
		"an ADMIN by the TOP":      {given: append(here, governs), by: luisa, parties: around, when: lift, then: events(lifted)},
		"with a reason":            {given: here, by: luisa, parties: around, when: commands.UnblockUtente{Ente: ente, Comune: comune}, fails: domain.Invalid, field: "motivo"},
		"that somebody can read":   {given: here, by: luisa, parties: around, when: commands.UnblockUtente{Ente: ente, Comune: comune, Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
		"once it is over, nothing": {given: here, at: midnight, by: luisa, parties: around, when: lift},
		"who is not blocked":       {given: events(entry, operates), by: luisa, parties: around, when: lift},
	})
}

// A blocked person neither asks nor obtains, and is told until when and whom to turn to;
// when the block ends, or elsewhere, they do.
func TestABlockedPersonNeitherAsksNorObtains(t *testing.T) {
	ask := commands.RequestVisura{Comune: string(comune), Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetto: commands.SoggettoRichiesto{CodiceFiscale: string(rossi)}}
	blocked := func(b domain.Block) func(*given) { return func(g *given) { g.Actor.Blocks = []domain.Block{b} } }
	elsewhereBlocked := domain.Block{UtenteBlocked: changed(blockedToday, func(e *domain.UtenteBlocked) { e.Comune = altro })}
	for name, c := range map[string]struct {
		given   []domain.Event
		when    commands.Command[domain.Visura]
		but     func(*given)
		at      time.Time
		refused bool
	}{
		"asks":                        {nil, ask, blocked(domain.Block{UtenteBlocked: blockedToday}), now, true},
		"asks once it is over":        {nil, ask, blocked(domain.Block{UtenteBlocked: changed(blockedToday, func(e *domain.UtenteBlocked) { e.Until = now })}), now, false},
		"asks once it is lifted":      {nil, ask, blocked(domain.Block{UtenteBlocked: blockedToday, Lifted: true}), now, false},
		"asks another Comune":         {nil, ask, blocked(elsewhereBlocked), now, false},
		"obtains":                     {[]domain.Event{requested, immediate, started, issued}, commands.RecordDownload{}, blocked(domain.Block{UtenteBlocked: blockedToday}), now, true},
		"obtains where not concerned": {[]domain.Event{requested, immediate, started, issued}, commands.RecordDownload{}, blocked(elsewhereBlocked), now, false},
	} {
		s := spec{given: c.given, by: mario, but: c.but, at: c.at}
		_, err := c.when.Decide(s.inputs())
		refusal, refused := err.(*domain.Error)
		if refused != c.refused || err != nil && !refused {
			t.Errorf("%s: %v", name, err)
		}
		if refused && (refusal.Code != domain.Forbidden || refusal.Field != "utente" || refusal.Contact == "") {
			t.Errorf("%s: %+v", name, refusal)
		}
	}
}

// tally answers how often nobody was found.
type tally struct {
	n            int
	asked        []domain.UtenteID
	after, until time.Time
}

func (c *tally) notFound(_ context.Context, utente domain.UtenteID, at domain.Pair, after, until time.Time) (int, error) {
	c.asked, c.after, c.until = append(c.asked, utente), after, until
	if at != (domain.Pair{Ente: ente, Comune: comune}) {
		return 0, nil
	}
	return c.n, nil
}

// Ten persons nobody finds within an hour block who asked for them, once, whoever notices
// and however late on the day.
func TestWhoTriesNamesIsBlocked(t *testing.T) {
	missed := domain.VisuraNotIssuable{Reason: domain.ReasonNotFound}
	for name, c := range map[string]struct {
		given []domain.Event
		n     int
		late  time.Duration
		want  bool
	}{
		"the tenth":                {[]domain.Event{requested, immediate, started, missed}, 10, 0, true},
		"the ninth":                {[]domain.Event{requested, immediate, started, missed}, 9, 0, false},
		"for another reason":       {[]domain.Event{requested, immediate, started, domain.VisuraNotIssuable{Reason: domain.ReasonDeceased}}, 10, 0, false},
		"before it has ended":      {[]domain.Event{requested, immediate, started}, 10, 0, false},
		"noticed in the evening":   {[]domain.Event{requested, immediate, started, missed}, 10, 10 * time.Hour, true},
		"noticed on the day after": {[]domain.Event{requested, immediate, started, missed}, 10, 24 * time.Hour, false},
	} {
		h, counts := newHousehold(), &tally{n: c.n}
		h.record(c.given...)
		h.clock = now.Add(c.late)
		for range 2 {
			if err := advance(t, &commands.Blocco{Handler: h.handler(), NotFound: counts.notFound}); err != nil {
				t.Fatal(name, err)
			}
		}
		var want []domain.UtenteBlocked
		if c.want {
			want = []domain.UtenteBlocked{changed(blockedToday, func(e *domain.UtenteBlocked) { e.Count = c.n })}
		}
		if diff := cmp.Diff(want, eventsOf[domain.UtenteBlocked](h.world, string(mario.Utente.Stream()))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if len(counts.asked) > 0 && (!slices.Equal(counts.asked, []domain.UtenteID{mario.Utente, mario.Utente}) || counts.until.Sub(counts.after) != time.Hour) {
			t.Errorf("%s: counted of %v from %s to %s", name, counts.asked, counts.after, counts.until)
		}
	}
}
