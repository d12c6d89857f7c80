package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an invitation sets a password, once":                          invited,
		"a second factor is enrolled, used, and used once":             secondFactor,
		"nothing people sign in with changes unrecorded":               recordedFirst,
		"a session that ends meanwhile is told so":                     endedMeanwhile,
		"a sign-in is entered from where it ends":                      endedElsewhere,
		"an offer is for its session, and judged when confirmed":       offered,
		"a recovery code stands for the second factor once":            recovered,
		"who administers wants a second factor, and an act may":        capacitiesWantASecondFactor,
		"what gives rights wants a second factor of a moment ago":      steppedUp,
		"a capacity at an Ente names no Comune":                        capacityNamesNoComune,
		"another capacity is another token":                            switched,
		"the older session is told":                                    superseded,
		"who supervises somebody sees them come in, and fail to":       seenComingIn,
		"sessions are listed and revoked":                              revokedSession,
		"a session ends when it is idle, and whatever happens":         sessionsEnd,
		"who lost the second factor may only enrol another":            mustEnrol,
		"a role taken is gone at the next request of the same session": takenInSession,
		"and so it is while the read models stand still":               takenWhileTheRunnerIsStopped,
	})
}

func invited(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	admin, operator := w.elevated("admin"), w.people["operator"].Utente
	enter(w, operator.Stream(), commands.AmendUtente{Cognome: "Bianchi", Nome: "Mario", Email: "mario-" + string(operator) + "@ente.example"})
	path := "/api/v1/utenti/" + string(operator) + "/invitations"
	var how api.Invited
	admin.post(path, object{}, &how)
	if !how.Spedito || how.Collegamento != "" {
		t.Errorf("invited by mail: %+v", how)
	}
	letter, _ := o.mailbox.Load("mario-" + string(operator) + "@ente.example")
	_, after, found := strings.Cut(letter.(commands.Letter).Text, "https://visure.example/invito/")
	if !found {
		t.Fatalf("the letter has no link: %v", letter)
	}
	mailed := strings.Fields(after)[0]
	admin.post(path, object{"consegna": true}, &how)
	handed := strings.TrimPrefix(how.Collegamento, "https://visure.example/invito/")
	if how.Spedito || handed == how.Collegamento {
		t.Errorf("handed over: %+v", how)
	}
	somebody := w.visitor()
	redeem := func(secret, password string) object { return object{"segreto": secret, "password": password} }
	somebody.refused("not_found", http.MethodPost, "/api/v1/invitations/redemption", redeem(mailed, aPassword)) // another took its place
	somebody.refused("invalid", http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, "corta"))
	somebody.refused("invalid", http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, "Mario Bianchi 2026"))
	somebody.traced(operator, "redeem-invitation invalid")
	somebody.want(http.StatusNoContent, http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, aPassword), nil)
	somebody.refused("not_found", http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, aPassword))
	somebody.comeIn("operator")
	somebody.as("operator")
	somebody.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil)
	somebody.traced(operator, "set-password ok")
	admin.traced(w.people["admin"].Utente, "invite-utente mailed")
	admin.refused("forbidden", http.MethodPost, "/api/v1/utenti/"+string(w.people["admin"].Utente)+"/invitations", object{})
	w.account("foreign-admin")
	stranger := w.visitor()
	stranger.comeIn("foreign-admin")
	stranger.enrol()
	stranger.as("foreign-admin")
	stranger.refused("not_found", http.MethodPost, path, object{})
}

func secondFactor(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	start := func() (step api.Step) {
		v.token = ""
		v.post("/api/v1/sessions", object{"accesso": id.Codice(), "password": aPassword}, &step)
		return step
	}
	step := start()
	if !step.TOTP || step.Passkey || step.Registra {
		t.Errorf("the sign-in goes on with %+v", step)
	}
	finish := func(step api.Step, code string) object { return object{"passo": step.Passo, "totp": code} }
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", object{"passo": step.Passo})
	code := v.code()
	var in api.SignedIn
	v.post("/api/v1/sessions/completion", finish(step, code), &in)
	if !in.Secondo || in.Utente != id {
		t.Errorf("signed in: %+v", in)
	}
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", finish(step, v.code())) // the step is used up
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", finish(start(), code))  // and so is the code
	v.traced(id, "finish-sign-in refused")
	v.traced(id, "sign-in password+totp")
}

// full is a store that takes so many events more.
type full struct {
	commands.Store
	left *int
}

func (s full) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if *s.left--; *s.left < 0 {
		return domain.Position{}, errors.New("no space left on device")
	}
	return s.Store.Append(ctx, stream, expected, events, m)
}

// recordedFirst changes all that a person signs in with while nothing can be entered, and
// while only what has begun can.
func recordedFirst(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	device := v.passkey()
	sessions := &auth.Sessions{DB: o.pool, Now: time.Now}
	ctx, from := t.Context(), commands.From{Address: netip.MustParseAddr(v.address)}
	s, err := sessions.Authenticate(ctx, v.token)
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	access := o.access()
	access.Handler = &commands.Handler{Store: full{o.store, &left}, Secrets: o.handler.Secrets, Now: o.handler.Now, NewID: o.handler.NewID}
	const other = "Otto cani sotto il ponte"
	by, fresh := domain.Meta{By: s.Actor}, newDevice(t)
	kept := func() (text string) {
		t.Helper()
		err := o.pool.QueryRow(ctx, `
			SELECT concat(password, (SELECT string_agg(secret::text, '') FROM totp t WHERE t.utente = a.utente AND confirmed),
				(SELECT string_agg(id::text, '' ORDER BY id) FROM passkey p WHERE p.utente = a.utente),
				(SELECT string_agg(hash::text, '' ORDER BY hash) FROM recovery_code r WHERE r.utente = a.utente))
			FROM account a WHERE utente = $1`, id).Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	changes := []struct {
		action string
		make   func() error
	}{
		{"make-recovery-codes", func() error { _, err := access.MakeRecoveryCodes(ctx, by, from.Address); return err }},
		{"add-passkey", func() error {
			offer, err := access.OfferPasskey(ctx, s.Actor, true)
			if err != nil {
				t.Fatal(err)
			}
			return access.AddPasskey(ctx, by, from, v.token, true, offer.Ceremony, fresh.Register(t, offer.Options), "")
		}},
		{"enrol-totp", func() error {
			offer, err := access.OfferTOTP(ctx, s.Actor, true)
			if err != nil {
				t.Fatal(err)
			}
			address, _ := url.Parse(offer)
			app := visitor{world: w, t: t, secret: address.Query().Get("secret")}
			return access.ConfirmTOTP(ctx, by, from, v.token, true, app.code())
		}},
		{"remove-passkey", func() error { return access.RemovePasskey(ctx, by, from.Address, device.ID) }},
		{"change-password", func() error { return access.ChangePassword(ctx, by, from, aPassword, other) }},
		{"set-password", func() error {
			link, err := o.accounts.Invite(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return access.Redeem(ctx, domain.Meta{}, from.Address, link, aPassword)
		}},
	}
	before := kept()
	for _, c := range changes {
		left = 0
		if err := c.make(); err == nil || kept() != before {
			t.Errorf("%s without a record: %v", c.action, err)
		}
	}
	for _, c := range changes {
		left = 1
		if err := c.make(); err == nil || kept() == before {
			t.Errorf("%s with a record that it has begun: %v", c.action, err)
		}
		before = kept()
		if !slices.Contains(w.entries(id, v.address), c.action+" begun") {
			t.Errorf("%s has changed unrecorded: %q", c.action, w.entries(id, v.address))
		}
	}
}

// endedMeanwhile has sessions that end once their requests are known to be theirs.
func endedMeanwhile(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, device := w.withPasskey("operator")
	id := w.people["operator"].Utente
	sessions, identify := &auth.Sessions{DB: o.pool, Now: time.Now}, o.identify(time.Now)
	for name, end := range map[string]func(context.Context) error{
		"revoked": func(ctx context.Context) error { return sessions.RevokeAll(ctx, id) },
		"superseded": func(ctx context.Context) error {
			_, _, err := sessions.Start(ctx, commands.Proof{Utente: id, Method: commands.MethodPasskey, Address: netip.MustParseAddr(v.address)}, commands.BearerSession, "")
			return err
		},
	} {
		ending := serve(t, o.server(func(s *web.Server) {
			s.Edge.Callers = func(ctx context.Context, c edge.Credentials) (edge.Caller, error) {
				who, err := identify(ctx, c)
				if err != nil {
					return who, err
				}
				return who, end(ctx)
			}
		}).Handler())
		for path, body := range map[string]func() object{
			"/api/v1/session/capacity": func() object { return capacityOf(w.people["operator"].Actor) },
			stepUp:                     func() object { c := v.begin(passkeySteps); return c.answered(device.Sign(t, c.Opzioni)) },
		} {
			v.signs(device)
			sent, late := body(), *v
			late.server = ending
			t.Log(name)
			late.refused("unauthenticated", http.MethodPost, path, sent)
		}
	}
}

// endedElsewhere begins at one address and ends at another.
func endedElsewhere(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	v.token = ""
	var step api.Step
	v.post("/api/v1/sessions", object{"accesso": id.Codice(), "password": aPassword}, &step)
	v.address = w.visitor().address
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", object{"passo": step.Passo, "totp": "000000"})
	v.traced(id, "finish-sign-in refused")
	v.post("/api/v1/sessions/completion", object{"passo": step.Passo, "totp": v.code()}, nil)
	v.traced(id, "sign-in password+totp")
}

// offered is somebody who is offered second factors as their first: the offers hold in
// that session alone, and not once they have one that was proven a while ago.
func offered(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v, device, id := w.visitor(), newDevice(t), w.people["operator"].Utente
	v.comeIn("operator")
	var secret api.TOTPSecret
	v.post("/api/v1/account/totp", nil, &secret)
	v.token = ""
	v.comeIn("operator")
	address, err := url.Parse(secret.Indirizzo)
	if err != nil {
		t.Fatal(err)
	}
	other := visitor{world: w, t: t, secret: address.Query().Get("secret")}
	v.refused("invalid", http.MethodPost, "/api/v1/account/totp/confirmation", object{"codice": other.code()})
	c := v.begin(registration)
	v.enrol()
	late := *v
	clock := func() time.Time { return time.Now().Add(11 * time.Minute) }
	late.server = serve(t, o.server(func(s *web.Server) { s.Edge.Callers = o.identify(clock) }).Handler())
	late.refused("forbidden", http.MethodPost, registration+"/completion", c.answered(device.Register(t, c.Opzioni)))
	late.traced(id, "add-passkey forbidden")
	v.token = ""
	if f, err := o.accounts.Factors(t.Context(), id); err != nil || f.Passkeys != 0 || !f.TOTP {
		t.Errorf("they have %+v, %v", f, err)
	}
}

func recovered(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	var codes api.RecoveryCodes
	v.post("/api/v1/account/recovery-codes", nil, &codes)
	if len(codes.Codici) != 10 {
		t.Fatalf("%d codes", len(codes.Codici))
	}
	v.token = ""
	for i, want := range []int{http.StatusOK, http.StatusForbidden} {
		var step api.Step
		v.post("/api/v1/sessions", object{"accesso": id.Codice(), "password": aPassword}, &step)
		if step.Recupero != 10-i {
			t.Errorf("%d codes are left", step.Recupero)
		}
		v.want(want, http.MethodPost, "/api/v1/sessions/completion", object{"passo": step.Passo, "recupero": codes.Codici[0]}, nil)
	}
	v.traced(id, "sign-in password+recovery")
}

func capacitiesWantASecondFactor(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	for _, name := range []string{"top", "admin", "auditor"} {
		w.account(name)
		v := w.visitor()
		v.comeIn(name)
		v.refused("no_capacity", http.MethodGet, "/api/v1/visure", nil)
		v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people[name].Actor))
		v.traced(w.people[name].Utente, "choose-capacity forbidden")
		v.enrol()
		v.as(name)
		v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil)
	}
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people["top"].Actor)) // not theirs
	v.as("operator")                                                                                       // with a password alone
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream()
	state, err := commands.Load(t.Context(), o.handler, act)
	if err != nil {
		t.Fatal(err)
	}
	in, _ := state.InForce(domain.ItalianDay(time.Now()))
	enter(w, act, commands.DraftConvenzione{
		Ente: w.ente, Comune: w.comune, Estremi: "Convenzione rep. n. 2", Data: in.Data, Firmatari: in.Firmatari, Dal: in.Dal, Al: in.Al, Finalita: in.Finalita, Massimo: in.Massimo,
		SecondoFattore: true, Contatti: in.Contatti,
	})
	enter(w, act, commands.ActivateConvenzione{})
	// Who acts by a password alone is stopped at once, and goes on once they have one.
	p := v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale))
	if len(p.Errors) != 1 || p.Errors[0].Field != "secondo_fattore" {
		t.Errorf("refused for %+v", p.Errors)
	}
	v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people["operator"].Actor))
	v.enrol()
	v.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil)
	v.as("operator")
	v.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil)
}

// A role at an Ente is claimed with no Comune: what is done by it is the business of
// those that gave it.
func capacityNamesNoComune(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v := w.elevated("admin")
	for _, comune := range []domain.CodiceISTAT{w.comune, w.people["foreign-top"].Comune} {
		v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", object{"role": domain.RoleAdmin, "ente": w.ente, "comune": comune})
	}
	v.as("admin")
}

func steppedUp(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.people["colleague"].Utente
	give := object{"role": domain.RoleStandard, "ente": w.ente, "comune": w.comune}
	path := "/api/v1/utenti/" + string(id) + "/roles"
	personal := w.visitor()
	personal.token = w.people["admin"].token // issued by the installation
	personal.refused("step_up_required", http.MethodPost, path, give)
	personal.refused("forbidden", http.MethodPost, "/api/v1/session/step-up", object{"totp": "000000"})
	v := w.elevated("admin")
	v.want(http.StatusAccepted, http.MethodPost, path, give, nil)
	late := *v
	clock := func() time.Time { return time.Now().Add(11 * time.Minute) }
	late.server = serve(t, o.server(func(s *web.Server) { s.Edge.Callers = o.identify(clock) }).Handler())
	late.refused("step_up_required", http.MethodPost, path, give)
	v.refused("forbidden", http.MethodPost, "/api/v1/session/step-up", object{"totp": "000000"})
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/session/step-up", object{"totp": v.code()}, nil)
	v.traced(w.people["admin"].Utente, "step-up ok")
	v.traced(w.people["admin"].Utente, "step-up refused")
}

func switched(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.give(w.people["operator"].Utente, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: w.comune})
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	chosen := v.token
	v.as("operator")
	old := *v
	other := domain.Actor{Role: domain.RoleAnagrafe, Comune: w.comune}
	var in api.SignedIn
	v.post("/api/v1/session/capacity", capacityOf(other), &in)
	v.token = in.Token
	for _, token := range []string{chosen, old.token} {
		old.token = token
		old.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil)
	}
	var state api.SessionState
	v.want(http.StatusOK, http.MethodGet, "/api/v1/session", nil, &state)
	if state.Capacita == nil || state.Capacita.Role != domain.RoleAnagrafe {
		t.Errorf("acts as %+v", state.Capacita)
	}
	v.traced(w.people["operator"].Utente, "choose-capacity ok")
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/session/end", nil, nil)
	v.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil)
}

func superseded(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	older, newer := w.visitor(), w.visitor()
	older.comeIn("operator")
	newer.comeIn("operator")
	if p := older.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil); !strings.Contains(p.Detail, "da un'altra postazione") {
		t.Errorf("the older is told %q", p.Detail)
	}
	older.traced(w.people["operator"].Utente, "read-session superseded")
	newer.want(http.StatusOK, http.MethodGet, "/api/v1/session", nil, nil)
}

func seenComingIn(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	id := w.people["operator"].Utente
	v := w.visitor()
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions", object{"accesso": id.Codice(), "password": "un'altra parola"})
	v.traced(id, "sign-in refused")
	v.comeIn("operator")
	for who, seen := range map[string]int{"top": 2, "admin": 2, "auditor": 2, "foreign-top": 0, "foreign-admin": 0, "operator": 0} {
		_, text := w.obtain(who, http.MethodGet, "/api/v1/accessi?azione=sign-in&utente="+string(id)+"&at_least="+w.head(), "*/*", "", http.StatusOK)
		var page projections.PaginaDi[projections.RigaAccesso]
		if err := json.Unmarshal(text, &page); err != nil || len(page.Items) != seen {
			t.Errorf("%s sees %s, %v, want %d entries", who, text, err, seen)
		}
		for _, r := range page.Items {
			if r.UtenteCodice != id.Codice() || r.Address == "" || r.Ente != "" || r.Comune != "" || r.Role != "" {
				t.Errorf("%s is shown %+v", who, r)
			}
		}
	}
}

func revokedSession(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	var account api.AccountState
	v.want(http.StatusOK, http.MethodGet, "/api/v1/account", nil, &account)
	if len(account.Sessioni) != 1 || !account.Sessioni[0].Questa || account.Sessioni[0].Dispositivo != "prova" || account.Sessioni[0].Indirizzo != v.address {
		t.Fatalf("sessions: %+v", account.Sessioni)
	}
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/account/sessions/revocation", object{"sessione": account.Sessioni[0].ID}, nil)
	v.refused("unauthenticated", http.MethodGet, "/api/v1/account", nil)
	v.traced(w.people["operator"].Utente, "read-account unauthenticated")
}

func sessionsEnd(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	for after, want := range map[time.Duration]string{14 * time.Minute: "", 15 * time.Minute: "unauthenticated", 8 * time.Hour: "unauthenticated"} {
		later := *v
		clock := func() time.Time { return time.Now().Add(after) }
		db := o.pool
		later.server = serve(t, o.server(func(s *web.Server) {
			s.Edge.Callers = callersOf(&auth.Callers{
				Tokens: &auth.Tokens{DB: db, Now: clock}, Sessions: &auth.Sessions{DB: db, Now: clock, Idle: map[bool]time.Duration{true: 24 * time.Hour}[after == 8*time.Hour]},
				Software: &auth.SoftwareTokens{DB: db, Now: clock},
			}, clock)
		}).Handler())
		if resp, text := later.send(http.MethodGet, "/api/v1/session", nil); (resp.StatusCode == http.StatusOK) != (want == "") {
			t.Errorf("after %s: %d %s", after, resp.StatusCode, text)
		}
		if want == "" { // which used it
			w.account("operator")
			v.comeIn("operator")
		}
	}
}

func mustEnrol(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	if err := o.accounts.ResetSecondFactor(t.Context(), id, uuid.NewString()); err != nil {
		t.Fatal(err)
	}
	v.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil)
	v.token = ""
	v.comeIn("operator")
	v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people["operator"].Actor))
	v.refused("no_capacity", http.MethodGet, "/api/v1/visure", nil)
	v.enrol()
	v.as("operator")
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil)
}

// takenInSession: the read models here have never learned anything.
func takenInSession(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v := w.visitor()
	v.server = serve(t, o.reading(pgtest.New(t)).Handler())
	v.comeIn("operator")
	v.as("operator")
	takenAtOnce(v)
}

// takenWhileTheRunnerIsStopped: they have learned what was given, and not that it was
// taken.
func takenWhileTheRunnerIsStopped(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	apart := pgtest.New(t)
	runner := engine.NewRunner(apart, o.feed, o.log, projections.All...)
	stop := background(t, runner.Run)
	v := w.visitor()
	v.server = serve(t, o.reading(apart).Handler())
	v.comeIn("operator")
	v.as("operator")
	top := *v
	top.token = w.people["top"].token
	record := "/api/v1/utenti/" + string(w.people["operator"].Utente)
	last := enter(w, w.people["operator"].Utente.Stream(), commands.DeclareAbsence{Ente: w.ente, Comune: w.comune, Dal: w.year(1), Al: w.year(1)})
	if err := runner.Await(t.Context(), projections.Utenti{}.Name(), last); err != nil {
		t.Fatal(err)
	}
	before, _ := top.send(http.MethodGet, record, nil)
	stop()
	takenAtOnce(v)
	if after, _ := top.send(http.MethodGet, record, nil); after.StatusCode != http.StatusOK || after.Header.Get("ETag") != before.Header.Get("ETag") {
		t.Errorf("the read model went on: %s %q, before %q", after.Status, after.Header.Get("ETag"), before.Header.Get("ETag"))
	}
}

// reading is the office with read models of another database.
func (o *office) reading(db *pgxpool.Pool) *web.Server {
	opener := esdb.NewOpener(o.keys)
	return o.server(func(s *web.Server) {
		s.API.Elenco, s.API.Dettagli = projections.NewElencoQueries(db, opener), projections.NewDettaglioQueries(db, opener)
		s.API.Registers = projections.NewRegisters(db, opener)
	})
}

// takenAtOnce suspends an operator, reinstates them, has their act suspended and resumed,
// its purpose inhibited and readmitted, their profile withdrawn and assigned again, lets their role expire, gives it again and takes it: each holds at the next request of
// their session.
func takenAtOnce(v *visitor) {
	v.t.Helper()
	w, id := v.world, v.people["operator"].Utente
	both := func(want int) {
		v.t.Helper()
		v.want(want, http.MethodGet, "/api/v1/visure", nil, nil)
		if want == http.StatusOK {
			want = http.StatusAccepted
		}
		v.want(want, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil)
	}
	both(http.StatusOK)
	role := commands.TakeRole{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune}
	enter(w, id.Stream(), commands.SuspendUtente{Ente: w.ente, Comune: w.comune, Motivo: "Prova"})
	both(http.StatusForbidden)
	enter(w, id.Stream(), commands.ReinstateUtente{Ente: w.ente, Comune: w.comune})
	both(http.StatusOK)
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream()
	enter(w, act, commands.SuspendConvenzione{Motivo: "Prova"})
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale))
	enter(w, act, commands.ResumeConvenzione{})
	both(http.StatusOK)
	enter(w, act, commands.InhibitPurposes{Ricertificazione: domain.RicertificazioneID(uuid.NewString()), Atto: 1, Finalita: []string{"ISEE"}})
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale))
	enter(w, act, commands.ReadmitPurpose{Finalita: "ISEE", Motivo: "Prova"})
	both(http.StatusOK)
	operator, err := commands.Fact(v.t.Context(), w.handler, id.Stream())
	if err != nil {
		v.t.Fatal(err)
	}
	held := operator.Assigned(domain.Pair{Ente: w.ente, Comune: w.comune})[0]
	enter(w, id.Stream(), commands.WithdrawAssignment{Ente: w.ente, Comune: w.comune, Profile: held.Profile, Motivo: "Prova"})
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale))
	enter(w, id.Stream(), commands.AssignProfile{Ente: w.ente, Comune: w.comune, Profile: held.Profile})
	both(http.StatusOK)
	given := domain.RoleGiven{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune}
	expired := given
	expired.Al = domain.ItalianDay(time.Now().AddDate(0, 0, -1))
	w.give(id, expired)
	both(http.StatusForbidden)
	w.give(id, given)
	both(http.StatusOK)
	enter(w, id.Stream(), role)
	both(http.StatusForbidden)
	v.traced(id, "list-visure forbidden")
}
