package commands_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// household is a Comune and an Ente with their people, in memory, and what goes out:
// each letter and reset is an effect that may be the one at which the crash comes.
type household struct {
	*world
	posted   map[string]commands.Letter // by key: an outbox keeps the first
	resets   []string                   // carried out, in order
	unused   []domain.UtenteID          // who does nothing, the one who did longest ago first
	signedIn map[domain.UtenteID]time.Time
	due      []domain.Pair
}

func newHousehold() *household {
	h := &household{world: newWorld(), posted: map[string]commands.Letter{}}
	h.enter(string(comune.Stream()), domain.ComuneRegistered{ISTAT: comune, Nome: "Ancona", Ufficio: "Anagrafe"},
		domain.ContattiSet{Contatti: domain.Contatti{Email: "anagrafe@comune.example"}}, domain.TopNamed{Utente: luisa.Utente})
	h.enter(string(ente.Stream()), domain.EnteRegistered{Denominazione: "Azienda Casa"})
	for _, who := range []domain.Actor{mario, luisa, anna, piero} {
		h.enter(string(who.Utente.Stream()), domain.UtenteRegistered{Codice: who.Utente.Codice(), Cognome: "ROSSI", Nome: "MARIO", Email: address(who)})
		if who.Role != domain.RoleTop {
			h.enter(string(who.Utente.Stream()), domain.RoleGiven{Role: who.Role, Ente: ente, Comune: comune})
		}
	}
	return h
}

// address is where a person gets mail.
func address(a domain.Actor) string { return "u" + string(a.Utente[len(a.Utente)-1]) + "@example.it" }

func (h *household) Post(_ context.Context, l commands.Letter) error {
	if l.To == "nobody" {
		return domain.FieldErrorf(domain.Invalid, "to", "no address")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.effect(func() {
		if _, ok := h.posted[l.Key]; !ok {
			h.posted[l.Key] = l
		}
	})
}

// addresses are those to which letters went, in order.
func (h *household) addresses() (all []string) {
	for _, l := range h.posted {
		all = append(all, l.To)
	}
	slices.Sort(all)
	return all
}

// At implements commands.Roster: everybody is known at the pair, who has gone too.
func (h *household) At(context.Context, domain.Pair) ([]domain.UtenteID, error) {
	return []domain.UtenteID{mario.Utente, anna.Utente, piero.Utente}, nil
}

// Of implements commands.Roster.
func (h *household) Of(_ context.Context, id domain.UtenteID) ([]domain.Pair, error) {
	if id == luisa.Utente || id == carla.Utente {
		return []domain.Pair{{Comune: comune}}, nil
	}
	return []domain.Pair{pair}, nil
}

func (h *household) Reset(_ context.Context, _ domain.UtenteID, id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.effect(func() {
		if !slices.Contains(h.resets, id) {
			h.resets = append(h.resets, id)
		}
	})
}

func (h *household) notices() commands.Notices {
	return commands.Notices{Handler: h.handler(), Roster: h, Post: h.Post}
}

func (h *household) unusedAccounts() *commands.Unused {
	return &commands.Unused{
		Notices: h.notices(),
		Idle: func(context.Context, time.Time) (map[domain.UtenteID]time.Time, error) {
			idle := map[domain.UtenteID]time.Time{}
			for i, id := range h.unused {
				idle[id] = now.AddDate(-1, 0, i)
			}
			return idle, nil
		},
		LastUsed: func(context.Context, []domain.UtenteID) (map[domain.UtenteID]time.Time, error) {
			return h.signedIn, nil
		},
	}
}

func (h *household) recertification() *commands.Recertification {
	return &commands.Recertification{Notices: h.notices(), Due: func(context.Context, time.Time) ([]domain.Pair, error) { return h.due, nil }, Known: func(context.Context) error { return nil }}
}

// events of a type in a stream.
func eventsOf[E domain.Event](w *world, stream string) (all []E) {
	for _, r := range w.stream(stream) {
		if e, ok := r.Event.(E); ok {
			all = append(all, e)
		}
	}
	return all
}

// crashes runs what a process does in a household of its own for each of its effects:
// a crash comes there, before or after it took place, a server is started anew, the
// event is delivered twice more. Then all must be as want says.
func crashes(t *testing.T, set func(*household), do func(*household) error, want func(*testing.T, *household)) {
	t.Helper()
	for _, landed := range []bool{false, true} {
		for crash := 1; ; crash++ {
			h := newHousehold()
			set(h)
			h.effects, h.crashAt, h.landed = 0, crash, landed
			err := do(h)
			if err == nil && h.effects < crash {
				if crash == 1 {
					t.Error("nothing was done")
				}
				break
			}
			if !errors.Is(err, errCrash) {
				t.Fatalf("effect %d, landed %v: no crash: %v", crash, landed, err)
			}
			h.crashAt = 0
			for range 2 {
				if err := do(h); err != nil {
					t.Fatalf("effect %d, landed %v: %v", crash, landed, err)
				}
			}
			t.Run(fmt.Sprintf("effect %d, landed %v", crash, landed), func(t *testing.T) { want(t, h) })
		}
	}
}

func TestTheEndOfAnActIsAnnouncedOnceToAllItConcerns(t *testing.T) {
	stream := string(conv.Stream())
	crashes(t, func(h *household) {
		h.enter(stream, changed(act, func(a *domain.ConvenzioneDrafted) { a.Contatti.Email = "referente@ente.example" }), domain.ConvenzioneActivated{Numero: 1, Al: act.Al})
	}, func(h *household) error {
		return (&commands.Expiry{Notices: h.notices()}).Advance(t.Context(), string(conv), domain.Meta{})
	}, func(t *testing.T, h *household) {
		if diff := cmp.Diff([]domain.ExpiryAnnounced{{Giorni: 60, Al: act.Al}}, eventsOf[domain.ExpiryAnnounced](h.world, stream)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"referente@ente.example", address(luisa), address(anna)}, h.addresses()); diff != "" {
			t.Error(diff)
		}
		for key := range h.posted {
			if want := "convenzione/" + string(conv) + "/1/60/"; key[:len(want)] != want {
				t.Errorf("a letter is kept under %s", key)
			}
		}
	})
}

func TestOfTheNoticesAServerMissedTheLastAloneIsSent(t *testing.T) {
	h := newHousehold()
	h.enter(string(conv.Stream()), act, domain.ConvenzioneActivated{Numero: 1, Al: act.Al})
	h.clock = act.Al.Plus(-3).Time()
	for range 2 {
		if err := (&commands.Expiry{Notices: h.notices()}).Advance(t.Context(), string(conv), domain.Meta{}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]domain.ExpiryAnnounced{{Giorni: 7, Al: act.Al}}, eventsOf[domain.ExpiryAnnounced](h.world, string(conv.Stream()))); diff != "" {
		t.Error(diff)
	}
	if len(h.posted) != 3 {
		t.Errorf("letters: %v", slices.Collect(maps.Keys(h.posted)))
	}
}

func TestWhoCannotActIsNotTold(t *testing.T) {
	h := newHousehold()
	h.enter(string(conv.Stream()), changed(act, func(a *domain.ConvenzioneDrafted) { a.Contatti.Email = "nobody" }), domain.ConvenzioneActivated{Numero: 1, Al: act.Al})
	h.enter(string(anna.Utente.Stream()), domain.UtenteSuspended{Ente: ente, Comune: comune, Causa: domain.SuspendedByOrder})
	if err := (&commands.Expiry{Notices: h.notices()}).Advance(t.Context(), string(conv), domain.Meta{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{address(luisa)}, h.addresses()); diff != "" {
		t.Error(diff)
	}
}

func TestWhereNobodyHasAnAddressTheOfficesAreTold(t *testing.T) {
	h := newHousehold()
	for _, who := range []domain.Actor{luisa, anna, piero} {
		h.enter(string(who.Utente.Stream()), domain.UtenteRegistered{Codice: who.Utente.Codice(), Cognome: "ROSSI", Nome: "MARIO"})
	}
	h.enter(string(comune.Stream()), domain.ContattiSet{Contatti: domain.Contatti{PEC: "comune@pec.example"}}, domain.ComuneConnected{Version: 1, Machine: domain.Certificate{NotAfter: now.AddDate(0, 0, 20)}})
	h.enter(string(conv.Stream()), changed(act, func(a *domain.ConvenzioneDrafted) { a.Contatti.PEC = "ente@pec.example" }), domain.ConvenzioneActivated{Numero: 1, Al: act.Al})
	if err := (&commands.Expiry{Notices: h.notices()}).Advance(t.Context(), string(conv), domain.Meta{}); err != nil {
		t.Fatal(err)
	}
	if err := (&commands.CertificateExpiry{Notices: h.notices()}).Advance(t.Context(), string(comune), domain.Meta{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"comune@pec.example", "ente@pec.example"}, h.addresses()); diff != "" {
		t.Error(diff)
	}
}

func TestTheExpiryOfCertificatesIsAnnouncedOnce(t *testing.T) {
	expiry := now.AddDate(0, 0, 20)
	crashes(t, func(h *household) {
		h.enter(string(comune.Stream()), domain.ComuneConnected{Version: 1, Machine: domain.Certificate{NotAfter: expiry}})
	}, func(h *household) error {
		return (&commands.CertificateExpiry{Notices: h.notices()}).Advance(t.Context(), string(comune), domain.Meta{})
	}, func(t *testing.T, h *household) {
		got := eventsOf[domain.CertificateExpiryAnnounced](h.world, string(comune.Stream()))
		if diff := cmp.Diff([]domain.CertificateExpiryAnnounced{{Version: 1, Days: 30, NotAfter: expiry}}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"anagrafe@comune.example", address(luisa)}, h.addresses()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAResetThatTwoAgreedOnIsCarriedOutAndRecorded(t *testing.T) {
	const first, second = "00000000-0000-4000-8000-0000000000d1", "00000000-0000-4000-8000-0000000000d2"
	stream := string(piero.Utente.Stream())
	crashes(t, func(h *household) {
		for _, id := range []string{first, second} {
			h.enter(stream, domain.GrantProposed{ID: id, Ente: ente, Comune: comune, Reset: true}, domain.GrantApproved{ID: id, Reset: true})
		}
	}, func(h *household) error {
		return (&commands.CredentialReset{Handler: h.handler(), Reset: h.Reset}).Advance(t.Context(), string(piero.Utente), domain.Meta{})
	}, func(t *testing.T, h *household) {
		if diff := cmp.Diff([]string{first, second}, h.resets); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]domain.ResetDone{{ID: first}, {ID: second}}, eventsOf[domain.ResetDone](h.world, stream)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhoDoesNotSignInIsSuspendedOnce(t *testing.T) {
	long := now.AddDate(0, 0, commands.UnusedDays+1)
	crashes(t, func(h *household) { h.clock, h.unused = long, []domain.UtenteID{mario.Utente, anna.Utente} }, func(h *household) error {
		_, err := h.unusedAccounts().Suspend(t.Context())
		return err
	}, func(t *testing.T, h *household) {
		for _, who := range []domain.Actor{mario, anna} {
			want := []domain.UtenteSuspended{{Ente: ente, Comune: comune, Causa: domain.SuspendedUnused}}
			if diff := cmp.Diff(want, eventsOf[domain.UtenteSuspended](h.world, string(who.Utente.Stream()))); diff != "" {
				t.Error(diff)
			}
		}
		if got := eventsOf[domain.UtenteSuspended](h.world, string(piero.Utente.Stream())); len(got) > 0 {
			t.Errorf("who signs in: %v", got)
		}
	})
}

func TestDaysUnusedAreCountedAnewFromARoleAndFromReinstatement(t *testing.T) {
	for name, c := range map[string]struct {
		event domain.Event
		days  int // since then
		want  int // times suspended by the system
	}{
		"reinstated just now":       {domain.UtenteReinstated{Ente: ente, Comune: comune}, 0, 0},
		"reinstated 180 days ago":   {domain.UtenteReinstated{Ente: ente, Comune: comune}, 180, 0},
		"reinstated 181 days ago":   {domain.UtenteReinstated{Ente: ente, Comune: comune}, 181, 1},
		"given a role 180 days ago": {domain.RoleGiven{Role: domain.RoleAdmin, Ente: ente, Comune: comune}, 180, 0},
		"given a role 181 days ago": {domain.RoleGiven{Role: domain.RoleAdmin, Ente: ente, Comune: comune}, 181, 1},
		"has no role any more":      {domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune}, 400, 0},
	} {
		h := newHousehold()
		stream := string(piero.Utente.Stream())
		h.clock = now.AddDate(1, 0, 0)
		h.enter(stream, domain.UtenteSuspended{Ente: ente, Comune: comune, Causa: domain.SuspendedByOrder}, domain.UtenteReinstated{Ente: ente, Comune: comune}, c.event)
		h.clock, h.unused = h.clock.AddDate(0, 0, c.days), []domain.UtenteID{piero.Utente}
		if _, err := h.unusedAccounts().Suspend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(eventsOf[domain.UtenteSuspended](h.world, stream)) - 1; got != c.want {
			t.Errorf("%s: suspended %d times, want %d", name, got, c.want)
		}
	}
}

// Who was never invited has no account and does nothing: they are unused as anybody.
// Who signed in lately is not, though they read nothing.
func TestOnlyWhoNeitherSignsInNorDoesAnythingIsUnused(t *testing.T) {
	long := now.AddDate(0, 0, commands.UnusedDays+1)
	h := newHousehold()
	h.clock, h.unused = long, []domain.UtenteID{mario.Utente, anna.Utente, piero.Utente}
	h.signedIn = map[domain.UtenteID]time.Time{mario.Utente: now.AddDate(0, 0, 1), anna.Utente: now.AddDate(0, 0, 1).Add(-time.Microsecond)}
	if _, err := h.unusedAccounts().Suspend(t.Context()); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[domain.UtenteID]int{mario.Utente: 0, anna.Utente: 1, piero.Utente: 1} {
		if got := len(eventsOf[domain.UtenteSuspended](h.world, string(who.Stream()))); got != want {
			t.Errorf("%s is suspended %d times, want %d", who, got, want)
		}
	}
}

// Of two TOPs the one who signed in last stays, though the other read something later
// than they did.
func TestTheLaterOfSignInAndUseCounts(t *testing.T) {
	h := newHousehold()
	h.enter(string(comune.Stream()), domain.TopNamed{Utente: carla.Utente})
	h.enter(string(carla.Utente.Stream()), domain.UtenteRegistered{Codice: carla.Utente.Codice()})
	h.clock, h.unused = now.AddDate(0, 0, commands.UnusedDays+1), []domain.UtenteID{luisa.Utente, carla.Utente}
	h.signedIn = map[domain.UtenteID]time.Time{luisa.Utente: now.AddDate(0, -1, 0)}
	if left, err := h.unusedAccounts().Suspend(t.Context()); err != nil || len(left) != 1 {
		t.Fatal(left, err)
	}
	for who, want := range map[domain.UtenteID]int{luisa.Utente: 0, carla.Utente: 1} {
		if got := len(eventsOf[domain.UtenteSuspended](h.world, string(who.Stream()))); got != want {
			t.Errorf("%s is suspended %d times, want %d", who, got, want)
		}
	}
}

func TestAnAuditorWhoDoesNotSignInIsSuspendedAsThat(t *testing.T) {
	h := newHousehold()
	h.enter(string(carla.Utente.Stream()), domain.UtenteRegistered{Codice: carla.Utente.Codice()},
		domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune}, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune})
	h.clock, h.unused = now.AddDate(0, 0, commands.UnusedDays+1), []domain.UtenteID{carla.Utente}
	for range 2 {
		if _, err := h.unusedAccounts().Suspend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := []domain.UtenteSuspended{{Comune: comune, Role: domain.RoleAuditor, Causa: domain.SuspendedUnused}, {Comune: comune, Causa: domain.SuspendedUnused}}
	if diff := cmp.Diff(want, eventsOf[domain.UtenteSuspended](h.world, string(carla.Utente.Stream()))); diff != "" {
		t.Error(diff)
	}
}

func TestOfAComunesUnusedTopsTheOneWhoSignedInLastStays(t *testing.T) {
	for name, c := range map[string]struct {
		unused    []domain.UtenteID
		suspended []domain.UtenteID
		left      []domain.CodiceISTAT
	}{
		"both":         {[]domain.UtenteID{carla.Utente, luisa.Utente}, []domain.UtenteID{carla.Utente}, []domain.CodiceISTAT{comune}},
		"both, turned": {[]domain.UtenteID{luisa.Utente, carla.Utente}, []domain.UtenteID{luisa.Utente}, []domain.CodiceISTAT{comune}},
		"one":          {[]domain.UtenteID{luisa.Utente}, []domain.UtenteID{luisa.Utente}, nil},
	} {
		h := newHousehold()
		h.enter(string(comune.Stream()), domain.TopNamed{Utente: carla.Utente})
		h.enter(string(carla.Utente.Stream()), domain.UtenteRegistered{Codice: carla.Utente.Codice()})
		h.clock, h.unused = now.AddDate(0, 0, commands.UnusedDays+1), c.unused
		for range 2 {
			left, err := h.unusedAccounts().Suspend(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.left, left); diff != "" {
				t.Errorf("%s, left:\n%s", name, diff)
			}
		}
		for _, who := range []domain.UtenteID{luisa.Utente, carla.Utente} {
			if got, want := len(eventsOf[domain.UtenteSuspended](h.world, string(who.Stream()))) == 1, slices.Contains(c.suspended, who); got != want {
				t.Errorf("%s: %s is suspended: %v, want %v", name, who, got, want)
			}
		}
		if got := len(h.posted); got != len(c.left) {
			t.Errorf("%s: %d letters to the Comune", name, got)
		}
	}
}
