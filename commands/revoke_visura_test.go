package commands_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestRevokeVisura(t *testing.T) {
	emitted := events(requested, immediate, started, issued)
	atHand := func(c commands.RevokeVisura) commands.RevokeVisura {
		c.Numero = strings.ToLower(string(issued.Numero))
		return c
	}
	unseen := commands.RevokeVisura{Motivo: "dati_errati", Testo: " L'indirizzo è di un omonimo.\n"}
	wrong, other := atHand(unseen), unseen
	other.Numero = string(domain.NewCIUV([10]byte{1}))
	revoked := domain.VisuraRevoked{Motivo: "dati_errati", Testo: "L'indirizzo è di un omonimo."}
	by := func(a domain.Actor) func(*given) {
		return func(g *given) { g.State = g.State.Evolve(revoked, domain.Meta{At: now, By: a}) }
	}
	away := func(g *given) {
		g.Actor.Absences = []domain.AbsenceDeclared{{Comune: comune, Dal: domain.ItalianDay(now), Al: domain.ItalianDay(now)}}
	}
	run(t, map[string]spec{
		"a TOP of the Comune":                  {given: emitted, by: luisa, when: wrong, then: events(revoked)},
		"an officer":                           {given: emitted, by: carla, when: wrong, then: events(revoked)},
		"once it was downloaded too":           {given: append(emitted[:4:4], domain.VisuraDownloaded{SHA256: "abc"}), by: carla, when: wrong, then: events(revoked)},
		"the ground is enough":                 {given: emitted, by: carla, when: atHand(commands.RevokeVisura{Motivo: "senza_titolo"}), then: events(domain.VisuraRevoked{Motivo: "senza_titolo"})},
		"the same officer again":               {given: emitted, by: carla, but: by(carla), when: atHand(commands.RevokeVisura{Motivo: "dati_errati"})},
		"the same officer, for another reason": {given: emitted, by: carla, but: by(carla), when: atHand(commands.RevokeVisura{Motivo: "altra_persona"}), fails: domain.Conflict},
		"another officer for the same":         {given: emitted, by: luisa, but: by(carla), when: wrong, fails: domain.Conflict},
		"an officer who is away":               {given: emitted, by: carla, but: away, when: wrong, fails: domain.Forbidden, field: "utente"},
		"an officer of another Comune":         {given: emitted, by: elsewhere, when: wrong, fails: domain.NotFound},
		"who asked for it":                     {given: emitted, when: wrong, fails: domain.Forbidden},
		"a colleague sees nothing":             {given: emitted, by: piero, when: wrong, fails: domain.NotFound},
		"the Ente's ADMIN":                     {given: emitted, by: anna, when: wrong, fails: domain.Forbidden},
		"an auditor":                           {given: emitted, by: revis, when: wrong, fails: domain.Forbidden},
		"the system":                           {given: emitted, by: domain.Sistema, when: wrong, fails: domain.Forbidden},
		"a ground nobody knows":                {given: emitted, by: carla, when: atHand(commands.RevokeVisura{Motivo: "boh"}), fails: domain.Invalid, field: "motivo"},
		"a ground of refusal":                  {given: emitted, by: carla, when: atHand(commands.RevokeVisura{Motivo: "pratica_non_riscontrata"}), fails: domain.Invalid, field: "motivo"},
		"«altro» wants words":                  {given: emitted, by: carla, when: atHand(commands.RevokeVisura{Motivo: domain.MotivoAltro, Testo: " \n"}), fails: domain.Invalid, field: "testo"},
		"words that cannot be printed":         {given: emitted, by: carla, when: atHand(commands.RevokeVisura{Motivo: "dati_errati", Testo: "\x00"}), fails: domain.Invalid, field: "testo"},
		"words that go on":                     {given: emitted, by: carla, when: atHand(commands.RevokeVisura{Motivo: "dati_errati", Testo: strings.Repeat("x", 1001)}), fails: domain.Invalid, field: "testo"},
		"what awaits an officer":               {given: events(national, awaited), by: carla, when: wrong, fails: domain.Conflict},
		"what could not be issued":             {given: events(requested, immediate, started, closed), by: luisa, when: wrong, fails: domain.Conflict},
		"of an erased one the ground alone":    {given: append(emitted[:4:4], erased), by: carla, when: atHand(commands.RevokeVisura{Motivo: "dati_errati"}), then: events(domain.VisuraRevoked{Motivo: "dati_errati"})},
		"and no words":                         {given: append(emitted[:4:4], erased), by: carla, when: wrong, fails: domain.Invalid, field: "testo"},
		"an officer who has it not at hand":    {given: emitted, by: carla, when: unseen, fails: domain.NotFound},
		"an officer who has another at hand":   {given: emitted, by: carla, when: other, fails: domain.NotFound},
		"an officer whom it once awaited":      {given: events(national, awaited, byOfficer, started, issued), by: carla, when: unseen, then: events(revoked)},
		"a TOP needs no number":                {given: emitted, by: luisa, when: unseen, then: events(revoked)},
		"what is no number":                    {given: emitted, by: carla, when: commands.RevokeVisura{Motivo: "dati_errati", Numero: "EPPC"}, fails: domain.Invalid, field: "numero"},
		"there is none":                        {by: carla, when: wrong, fails: domain.NotFound},
	})
	g := granted(luisa)
	g.State = history(emitted...).Evolve(revoked, domain.Meta{At: now, By: carla})
	if _, err := wrong.Decide(g); err == nil || !strings.Contains(err.Error(), carla.Utente.Codice()+" il 23/11/2026 alle 10:30") {
		t.Errorf("who comes second is told %v", err)
	}
}

func TestARevokedDocumentIsHandedOutToNobody(t *testing.T) {
	revoked := events(requested, immediate, started, issued, domain.VisuraRevoked{Motivo: "dati_errati"})
	handsOut := func(g *given) { g.Parties.Comune.Regole.ScaricoAmministratori = true }
	because := commands.RecordDownload{Motivo: "controllo"}
	run(t, map[string]spec{
		"who asked for it":       {given: revoked, when: commands.RecordDownload{}, fails: domain.Conflict},
		"who is appointed":       {given: revoked, by: piero, but: func(g *given) { g.Actor.Collects = []domain.Pair{pair} }, when: commands.RecordDownload{}, fails: domain.Conflict},
		"the TOP":                {given: revoked, by: luisa, but: handsOut, when: because, fails: domain.Conflict},
		"the ADMIN":              {given: revoked, by: anna, but: handsOut, when: because, fails: domain.Conflict},
		"a colleague still 404":  {given: revoked, by: piero, when: commands.RecordDownload{}, fails: domain.NotFound},
		"an auditor still 403":   {given: revoked, by: revis, but: handsOut, when: because, fails: domain.Forbidden},
		"it is announced once":   {given: revoked, by: domain.Sistema, when: commands.AnnounceRevocation{Utenti: []domain.UtenteID{mario.Utente}}, then: events(domain.RevocationAnnounced{Utenti: []domain.UtenteID{mario.Utente}})},
		"by the system alone":    {given: revoked, by: luisa, when: commands.AnnounceRevocation{}, fails: domain.Forbidden},
		"and only if it is one":  {given: revoked[:4], by: domain.Sistema, when: commands.AnnounceRevocation{}},
		"an ended one is erased": {given: revoked, by: domain.Sistema, when: commands.EraseVisura{Basis: "scarto"}, then: events(erased)},
		"it may be asked for anew": {given: revoked, when: commands.RequestVisura{
			Comune: "042002", Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetto: commands.SoggettoRichiesto{CodiceFiscale: string(rossi)},
		}},
	})
}

// told are those a revocation was announced to, and the addresses of its letters.
func (h *household) told() (people []domain.RevocationAnnounced, addresses []string) {
	return eventsOf[domain.RevocationAnnounced](h.world, string(visura.Stream())), h.addresses()
}

func (h *household) revocation() *commands.Revocation {
	return &commands.Revocation{Notices: h.notices(), PublicURL: "https://visure.example"}
}

func TestWhoTookARevokedDocumentIsToldOnce(t *testing.T) {
	took := domain.VisuraDownloaded{SHA256: "abc"}
	crashes(t, func(h *household) {
		h.record(requested, immediate, started, issued, took, took)
		h.enterAs(string(visura.Stream()), piero, took)
		h.enterAs(string(visura.Stream()), luisa, domain.VisuraDownloaded{SHA256: "abc", Motivo: "controllo"}, domain.VisuraRevoked{Motivo: "dati_errati", Testo: "è di un omonimo"})
	}, func(h *household) error { return advance(t, h.revocation()) }, func(t *testing.T, h *household) {
		people, addresses := h.told()
		if diff := cmp.Diff([]domain.RevocationAnnounced{{Utenti: []domain.UtenteID{mario.Utente, piero.Utente, luisa.Utente}}}, people); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{address(mario), address(luisa), address(piero)}, addresses); diff != "" {
			t.Error(diff)
		}
		for key, l := range h.posted {
			if !strings.HasPrefix(key, "visura/"+string(visura)+"/revoca/") {
				t.Errorf("a letter is kept under %s", key)
			}
			if !strings.Contains(l.Text, string(ciuv)) || !strings.Contains(l.Text, "\nhttps://visure.example/visure/"+string(visura)+"\n") {
				t.Errorf("the letter does not say which: %s", l.Text)
			}
			for _, secret := range []string{string(rossi), "omonimo", "2026/004711", "ROSSI", "residenza"} {
				if strings.Contains(l.Subject+l.Text, secret) {
					t.Errorf("the letter says %q: %s", secret, l.Text)
				}
			}
		}
	})
}

func TestOfAPaperWhoseTakerHasLeftTheirEnteIsTold(t *testing.T) {
	took := domain.VisuraDownloaded{SHA256: "abc"}
	revoked := domain.VisuraRevoked{Motivo: "dati_errati"}
	taken := domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune}
	for name, c := range map[string]struct {
		set  func(*household)
		want []string
	}{
		"nobody took it": {func(h *household) { h.record(requested, immediate, started, issued, revoked) }, nil},
		"the one who did has left": {func(h *household) {
			h.record(requested, immediate, started, issued, took, revoked)
			h.enter(string(mario.Utente.Stream()), taken)
		}, []string{address(anna)}},
		"one of two has left": {func(h *household) {
			h.record(requested, immediate, started, issued, took)
			h.enterAs(string(visura.Stream()), piero, took, revoked)
			h.enter(string(mario.Utente.Stream()), taken)
		}, []string{address(anna), address(piero)}},
		"one is suspended": {func(h *household) {
			h.record(requested, immediate, started, issued, took, revoked)
			h.enter(string(mario.Utente.Stream()), domain.UtenteSuspended{Ente: ente, Comune: comune, Causa: domain.SuspendedByOrder})
		}, []string{address(anna)}},
		"one has no address": {func(h *household) {
			h.record(requested, immediate, started, issued, took, revoked)
			h.enter(string(mario.Utente.Stream()), domain.UtenteRegistered{Codice: mario.Utente.Codice(), Cognome: "ROSSI", Nome: "MARIO"})
		}, []string{address(anna)}},
		"the ADMIN took it, and somebody who left": {func(h *household) {
			h.record(requested, immediate, started, issued, took)
			h.enterAs(string(visura.Stream()), anna, took, revoked)
			h.enter(string(mario.Utente.Stream()), taken)
		}, []string{address(anna)}},
	} {
		h := newHousehold()
		c.set(h)
		for range 2 {
			if err := advance(t, h.revocation()); err != nil {
				t.Fatal(name, err)
			}
		}
		people, addresses := h.told()
		if diff := cmp.Diff(c.want, addresses); diff != "" || len(people) != 1 || len(people[0].Utenti) != len(c.want) {
			t.Errorf("%s: %v\n%s", name, people, diff)
		}
	}
}

func TestWhatIsNotRevokedIsNotAnnounced(t *testing.T) {
	h := newHousehold()
	h.record(requested, immediate, started, issued, domain.VisuraDownloaded{SHA256: "abc"})
	if err := advance(t, h.revocation()); err != nil {
		t.Fatal(err)
	}
	if people, addresses := h.told(); len(people)+len(addresses) > 0 {
		t.Errorf("%v, %v", people, addresses)
	}
	if err := h.revocation().Advance(t.Context(), "boh", domain.Meta{}); err == nil {
		t.Error("what is no id is advanced")
	}
}
