package web_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/auth/authtest"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a passkey is registered in a session, once":             passkeyRegistered,
		"a passkey alone leads to a capacity that wants much":    passkeySignsIn,
		"a passkey steps up the session of its person alone":     passkeyStepsUp,
		"who has a passkey does not come in by a password alone": passkeyIsAsked,
	})
}

const (
	registration = "/api/v1/account/passkeys"
	passkeySigns = "/api/v1/sessions/passkey"
	passkeySteps = "/api/v1/session/step-up/passkey"
	stepUp       = "/api/v1/session/step-up"
)

// ceremony is what a browser is handed.
type ceremony struct {
	Cerimonia string
	Opzioni   json.RawMessage
}

func (v *visitor) begin(path string) (c ceremony) {
	v.t.Helper()
	v.post(path, nil, &c)
	return c
}

// answered is what a browser sends of a ceremony.
func (c ceremony) answered(response []byte) object {
	return object{"cerimonia": c.Cerimonia, "risposta": json.RawMessage(response)}
}

func newDevice(t testing.TB) *authtest.Authenticator {
	t.Helper()
	return authtest.New(t, "https://visure.example", "visure.example")
}

// passkey gives the person a passkey, which counts as a second factor given.
func (v *visitor) passkey() *authtest.Authenticator {
	v.t.Helper()
	device := newDevice(v.t)
	c := v.begin(registration)
	v.want(http.StatusNoContent, http.MethodPost, registration+"/completion", c.answered(device.Register(v.t, c.Opzioni)), nil)
	return device
}

// withPasskey is a person of the world, in no capacity, and their passkey.
func (w *world) withPasskey(name string) (*visitor, *authtest.Authenticator) {
	w.t.Helper()
	w.account(name)
	v := w.visitor()
	v.comeIn(name)
	return v, v.passkey()
}

// signs comes in with a passkey.
func (v *visitor) signs(device *authtest.Authenticator) (in api.SignedIn) {
	v.t.Helper()
	v.token = ""
	c := v.begin(passkeySigns)
	v.post(passkeySigns+"/completion", c.answered(device.Sign(v.t, c.Opzioni)), &in)
	v.token = in.Token
	return in
}

func passkeyRegistered(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v, device := w.visitor(), newDevice(t)
	v.refused("unauthenticated", http.MethodPost, registration, nil)
	v.comeIn("operator")
	c := v.begin(registration)
	made := c.answered(device.Register(t, c.Opzioni))
	made["dispositivo"] = "chiave blu"
	v.want(http.StatusNoContent, http.MethodPost, registration+"/completion", made, nil)
	v.traced(w.people["operator"].Utente, "add-passkey ok")
	v.refused("invalid", http.MethodPost, registration+"/completion", made) // the ceremony is used up
	v.traced(w.people["operator"].Utente, "add-passkey invalid")
	var account api.AccountState
	v.want(http.StatusOK, http.MethodGet, "/api/v1/account", nil, &account)
	id := base64.RawURLEncoding.EncodeToString(device.ID)
	if len(account.Passkey) != 1 || account.Passkey[0].ID != id || account.Passkey[0].Nome != "chiave blu" {
		t.Errorf("the passkeys are %+v", account.Passkey)
	}
	var state api.SessionState
	v.want(http.StatusOK, http.MethodGet, "/api/v1/session", nil, &state)
	if !state.Elevata {
		t.Error("who made a passkey has used no second factor")
	}

	colleague, _ := w.withPasskey("colleague")
	theirs := colleague.begin(registration)
	v.refused("invalid", http.MethodPost, registration+"/completion", theirs.answered(newDevice(t).Register(t, theirs.Opzioni)))
	own := colleague.begin(registration)
	colleague.refused("invalid", http.MethodPost, registration+"/completion", own.answered(device.Register(t, own.Opzioni))) // another's device

	v.want(http.StatusNoContent, http.MethodPost, registration+"/removal", object{"passkey": id}, nil)
	v.traced(w.people["operator"].Utente, "remove-passkey ok")
	v.token = ""
	gone := v.begin(passkeySigns)
	v.refused("forbidden", http.MethodPost, passkeySigns+"/completion", gone.answered(device.Sign(t, gone.Opzioni)))
}

func passkeySignsIn(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, device := w.withPasskey("top")
	id := w.people["top"].Utente
	if in := v.signs(device); in.Utente != id || !in.Secondo {
		t.Errorf("signed in: %+v", in)
	}
	v.traced(id, "sign-in passkey")
	v.as("top")
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil)

	thief := w.visitor()
	used := thief.begin(passkeySigns)
	answer := used.answered(device.Sign(t, used.Opzioni))
	thief.post(passkeySigns+"/completion", answer, nil)
	thief.refused("forbidden", http.MethodPost, passkeySigns+"/completion", answer)
	thief.refused("forbidden", http.MethodPost, passkeySigns+"/completion", used.answered(device.Sign(t, used.Opzioni)))
	thief.traced(id, "finish-passkey refused")
	thief.refused("forbidden", http.MethodPost, passkeySigns+"/completion", thief.begin(passkeySigns).answered([]byte("{}")))
	thief.traced("", "finish-passkey refused") // it is nobody's
	elsewhere := *device
	elsewhere.Origin = "https://visure.example.com"
	c := thief.begin(passkeySigns)
	thief.refused("forbidden", http.MethodPost, passkeySigns+"/completion", c.answered(elsewhere.Sign(t, c.Opzioni)))
}

// steppedUp is when a second factor was last proven in the session.
func (v *visitor) steppedUp() time.Time {
	v.t.Helper()
	s, err := (&auth.Sessions{DB: v.pool, Now: time.Now}).Authenticate(v.t.Context(), v.token)
	if err != nil {
		v.t.Fatal(err)
	}
	return s.SteppedUpAt
}

func passkeyStepsUp(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, device := w.withPasskey("admin")
	other, theirs := w.withPasskey("foreign-admin")
	id := w.people["admin"].Utente
	v.as("admin")
	give := object{"role": domain.RoleStandard, "ente": w.ente, "comune": w.comune}
	path := "/api/v1/utenti/" + string(w.people["colleague"].Utente) + "/roles"
	late := *v
	clock := func() time.Time { return time.Now().Add(11 * time.Minute) }
	late.server = serve(t, o.server(func(s *web.Server) { s.Edge.Callers = o.identify(clock) }).Handler())
	late.refused("step_up_required", http.MethodPost, path, give)
	before := v.steppedUp()

	c := late.begin(passkeySteps)
	late.refused("forbidden", http.MethodPost, stepUp, c.answered(theirs.Sign(t, c.Opzioni))) // their device, to our challenge
	late.traced(id, "step-up refused")
	late.refused("forbidden", http.MethodPost, stepUp, c.answered(device.Sign(t, c.Opzioni))) // it is used up
	c = other.begin(passkeySteps)
	late.refused("forbidden", http.MethodPost, stepUp, c.answered(theirs.Sign(t, c.Opzioni))) // their challenge too
	anybody := w.visitor().begin(passkeySigns)
	late.refused("forbidden", http.MethodPost, stepUp, anybody.answered(theirs.Sign(t, anybody.Opzioni))) // one for whoever comes
	if got := v.steppedUp(); !got.Equal(before) {
		t.Errorf("another's passkey has stepped the session up, at %s", got)
	}

	c = late.begin(passkeySteps)
	answer := c.answered(device.Sign(t, c.Opzioni))
	late.want(http.StatusNoContent, http.MethodPost, stepUp, answer, nil)
	late.traced(id, "step-up ok")
	after := v.steppedUp()
	late.refused("forbidden", http.MethodPost, stepUp, answer)
	if got := v.steppedUp(); !after.After(before) || !got.Equal(after) {
		t.Errorf("stepped up at %s, then at %s, then at %s", before, after, got)
	}
	v.want(http.StatusAccepted, http.MethodPost, path, give, nil)
}

func passkeyIsAsked(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, device := w.withPasskey("operator")
	v.token = ""
	var step api.Step
	v.post("/api/v1/sessions", object{"accesso": w.people["operator"].Utente.Codice(), "password": aPassword}, &step)
	if !step.Passkey || step.TOTP {
		t.Errorf("the sign-in goes on with %+v", step)
	}
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", object{"passo": step.Passo})
	v.signs(device)
	v.as("operator")

	w.account("colleague")
	none := w.visitor()
	none.comeIn("colleague")
	none.refused("conflict", http.MethodPost, passkeySteps, nil) // who has none
}
