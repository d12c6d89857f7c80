package commands_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestTellMassivaRequester(t *testing.T) {
	tell := func(f domain.Fatto, facts int) commands.TellMassivaRequester {
		return commands.TellMassivaRequester{Fatto: f, Facts: facts}
	}
	told := func(f domain.Fatto) domain.MassivaRequesterTold { return domain.MassivaRequesterTold{Fatto: f} }
	runMassive(t, map[string]massivaSpec{
		"that it is stopped":                   {given: events(manyRequested, halted), by: domain.Sistema, when: tell(domain.FattoFerma, 1), then: events(told(domain.FattoFerma))},
		"once":                                 {given: events(manyRequested, halted, told(domain.FattoFerma)), by: domain.Sistema, when: tell(domain.FattoFerma, 1)},
		"stopped again is another letter":      {given: events(manyRequested, halted, told(domain.FattoFerma), goingOn, halted), by: domain.Sistema, when: tell(domain.FattoFerma, 2), then: events(told(domain.FattoFerma))},
		"of an earlier stop nothing":           {given: events(manyRequested, halted, goingOn, halted), by: domain.Sistema, when: tell(domain.FattoFerma, 1)},
		"what goes on again is not told":       {given: events(manyRequested, halted, goingOn), by: domain.Sistema, when: tell(domain.FattoFerma, 1)},
		"that all is asked for":                {given: events(manyRequested, askedTo(3), destroyed), by: domain.Sistema, when: tell(domain.FattoConclusa, 1), then: events(told(domain.FattoConclusa))},
		"of a part nothing":                    {given: events(manyRequested, askedTo(2)), by: domain.Sistema, when: tell(domain.FattoConclusa, 1)},
		"of several things the last":           {given: events(manyRequested, halted, goingOn, askedTo(3)), by: domain.Sistema, when: tell(domain.FattoFerma, 1)},
		"nothing of who takes it back":         {given: events(manyRequested, halted, takenBack, destroyed), by: domain.Sistema, when: tell(domain.FattoFerma, 1)},
		"nor that they do":                     {given: events(manyRequested, takenBack, destroyed), by: domain.Sistema, when: tell(domain.FattoRitirata, 1)},
		"by the system alone":                  {given: events(manyRequested, halted), by: luisa, when: tell(domain.FattoFerma, 1), fails: domain.Forbidden},
		"that it was told hinders no going on": {given: events(manyRequested, halted, told(domain.FattoFerma)), when: commands.ResumeMassiva{}, then: events(goingOn)},
		"nor that a stopped one is taken back": {given: events(manyRequested, halted, told(domain.FattoFerma)), when: commands.WithdrawMassiva{}, then: events(takenBack)},
	})
}

func (h *household) massivaNotice() *commands.MassivaNotice {
	return &commands.MassivaNotice{Notices: h.notices(), PublicURL: "https://visure.example", Standing: func(context.Context, domain.MassivaID) (map[domain.Status]int, error) {
		return map[domain.Status]int{domain.Issued: 2, domain.Awaiting: 1}, nil
	}}
}

// Who asked about many people, and chose to be told, is written to once whoever crashes:
// when that is stopped, and when it ends.
func TestWhoAskedAboutManyIsToldOnce(t *testing.T) {
	stop := domain.MassivaStopped{Item: "istruzioni", Testo: "vanno accettate le istruzioni del Comune"}
	ended := []string{"Righe chieste: 3 di 3.\n", "\n- emesse: 2\n- in attesa di conferma: 1\n"}
	for name, c := range map[string]struct {
		since func(*household)
		fatto domain.Fatto
		says  []string
	}{
		"it is stopped": {func(h *household) { h.enterAs(string(massiva.Stream()), domain.Sistema, askedTo(1), stop) }, domain.FattoFerma,
			[]string{"Righe chieste: 1 di 3.\n", "È ferma perché vanno accettate le istruzioni del Comune.\n", "«Fai proseguire», prima del 23/12/2026 alle "}},
		"all is asked for": {func(h *household) { h.enterAs(string(massiva.Stream()), domain.Sistema, askedTo(3), destroyed) }, domain.FattoConclusa, ended},
		"a TOP ended it": {func(h *household) {
			h.enterAs(string(massiva.Stream()), domain.Sistema, askedTo(1))
			h.enterAs(string(massiva.Stream()), luisa, takenBack)
			h.enterAs(string(massiva.Stream()), domain.Sistema, destroyed)
		}, domain.FattoRitirata, []string{"ritirata da chi amministra", "Righe chieste: 1 di 3.\n"}},
		"nobody had it go on": {func(h *household) {
			h.enterAs(string(massiva.Stream()), domain.Sistema, stop, takenBack, destroyed)
		}, domain.FattoChiusa, []string{"non può più proseguire", "Righe chieste: 0 di 3.\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			crashes(t, func(h *household) {
				h.enter(string(mario.Utente.Stream()), domain.NoticesChosen{Richieste: true})
				h.enter(string(massiva.Stream()), manyRequested)
				c.since(h)
			}, func(h *household) error {
				return h.massivaNotice().Advance(t.Context(), string(massiva), domain.Meta{})
			}, func(t *testing.T, h *household) {
				if diff := cmp.Diff([]domain.MassivaRequesterTold{{Fatto: c.fatto}}, eventsOf[domain.MassivaRequesterTold](h.world, string(massiva.Stream()))); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff([]string{address(mario)}, h.addresses()); diff != "" {
					t.Error(diff)
				}
				for _, l := range h.posted {
					for _, want := range append(c.says, "\nhttps://visure.example/massive/"+string(massiva)+"\n") {
						if !strings.Contains(l.Text, want) {
							t.Errorf("the letter does not say %q: %s", want, l.Text)
						}
					}
					for _, secret := range []string{string(rossi), "2026/004711", "VERDI", "residenza", "ISEE"} {
						if strings.Contains(l.Subject+l.Text, secret) {
							t.Errorf("the letter says %q: %s", secret, l.Text)
						}
					}
				}
			})
		})
	}
}

func TestWhoAskedAboutManyIsNotTold(t *testing.T) {
	chosen := domain.NoticesChosen{Richieste: true}
	for name, c := range map[string]struct {
		person []domain.Event
		came   []domain.Event
	}{
		"they did not choose to be":   {nil, events(askedTo(3), destroyed)},
		"they have left":              {events(chosen, domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune}), events(askedTo(3), destroyed)},
		"they took it back":           {events(chosen), events(takenBack, destroyed)},
		"they had it go on meanwhile": {events(chosen), events(halted, goingOn)},
		"its last visure are made":    {events(chosen), events(askedTo(3))},
	} {
		h := newHousehold()
		h.enter(string(mario.Utente.Stream()), c.person...)
		h.enter(string(massiva.Stream()), append(events(manyRequested), c.came...)...)
		if err := h.massivaNotice().Advance(t.Context(), string(massiva), domain.Meta{}); err != nil || len(h.posted) > 0 || len(eventsOf[domain.MassivaRequesterTold](h.world, string(massiva.Stream()))) > 0 {
			t.Errorf("%s: %v, %d letters", name, err, len(h.posted))
		}
	}
}
