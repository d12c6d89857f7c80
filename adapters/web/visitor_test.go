package web_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// aPassword is good for anybody.
const aPassword = "Sette gatti sul tetto blu"

// visitor is somebody who comes in by the API, from an address of their own.
type visitor struct {
	*world
	t       testing.TB
	server  string
	address string
	token   string
	secret  string // of one-time passwords
	codes   int    // that were used
}

// visitor returns somebody from an address nobody else has.
func (w *world) visitor() *visitor {
	n := w.entered.Add(1)
	return &visitor{world: w, t: w.t, server: w.url, address: fmt.Sprintf("10.77.%d.%d", n/250, n%250+1)}
}

// send asks, with headers given as name and value, and returns what came.
func (v *visitor) send(method, path string, body any, headers ...string) (*http.Response, []byte) {
	v.t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.server+path, bytes.NewReader(text))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("X-Forwarded-For", v.address)
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := aside.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp, answer
}

// want asks, wants an answer of a status, and reads it.
func (v *visitor) want(status int, method, path string, body, into any, headers ...string) {
	v.t.Helper()
	resp, text := v.send(method, path, body, headers...)
	if resp.StatusCode != status {
		v.t.Fatalf("%s %s is answered %d, want %d: %s", method, path, resp.StatusCode, status, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			v.t.Fatalf("%s: %v", text, err)
		}
	}
}

func (v *visitor) post(path string, body, into any) {
	v.t.Helper()
	v.want(http.StatusOK, http.MethodPost, path, body, into)
}

type object = map[string]any

// account gives a person of the world a password.
func (w *world) account(name string) {
	w.t.Helper()
	id, ctx := w.people[name].Utente, w.t.Context()
	if err := w.accounts.Open(ctx, id, ""); err != nil {
		w.t.Fatal(err)
	}
	secret, err := w.accounts.Invite(ctx, id)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.accounts.Redeem(ctx, secret, aPassword, nil); err != nil {
		w.t.Fatal(err)
	}
}

// comeIn signs a person in with the password alone, in no capacity.
func (v *visitor) comeIn(name string) {
	v.t.Helper()
	var step api.Step
	v.post("/api/v1/sessions", object{"accesso": v.people[name].Utente.Codice(), "password": aPassword}, &step)
	finish := object{"passo": step.Passo, "dispositivo": "prova"}
	if step.TOTP {
		finish["totp"] = v.code()
	}
	var in api.SignedIn
	v.post("/api/v1/sessions/completion", finish, &in)
	v.token = in.Token
}

// enrol gives the person one-time passwords, which counts as a second factor given.
func (v *visitor) enrol() {
	v.t.Helper()
	var offered api.TOTPSecret
	v.post("/api/v1/account/totp", nil, &offered)
	address, err := url.Parse(offered.Indirizzo)
	if err != nil {
		v.t.Fatal(err)
	}
	v.secret, v.codes = address.Query().Get("secret"), -1
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/account/totp/confirmation", object{"codice": v.code()}, nil)
}

// code is a one-time password that was not used yet: of the step before, of now, of
// the next. A step that is about to end counts as over, so that the code is not too old
// when it is looked at.
func (v *visitor) code() string {
	v.t.Helper()
	at := v.now()
	if v.codes < 1 {
		at = at.Add(5 * time.Second)
	}
	code, err := totp.GenerateCode(v.secret, at.Add(time.Duration(v.codes)*30*time.Second))
	if err != nil {
		v.t.Fatal(err)
	}
	v.codes++
	return code
}

// as chooses the capacity a person of the world has.
func (v *visitor) as(name string) {
	v.t.Helper()
	var in api.SignedIn
	v.post("/api/v1/session/capacity", capacityOf(v.people[name].Actor), &in)
	v.token = in.Token
}

func capacityOf(a domain.Actor) object {
	c := object{"role": a.Role}
	if a.Ente != "" {
		c["ente"] = a.Ente
	}
	if a.Comune != "" {
		c["comune"] = a.Comune
	}
	return c
}

// elevated is a person of the world, signed in with a second factor, in their
// capacity.
func (w *world) elevated(name string) *visitor {
	w.t.Helper()
	v := w.visitor()
	w.account(name)
	v.comeIn(name)
	v.enrol()
	v.as(name)
	return v
}

// refused wants a refusal by its code.
func (v *visitor) refused(code, method, path string, body any, headers ...string) edge.Problem {
	v.t.Helper()
	resp, text := v.send(method, path, body, headers...)
	var p edge.Problem
	if err := json.Unmarshal(text, &p); err != nil || p.Code != code {
		v.t.Errorf("%s %s is answered %d %s, want %s", method, path, resp.StatusCode, text, code)
	}
	return p
}

// entries returns what a journal has from an address; of nobody if id is empty.
func (w *world) entries(id domain.UtenteID, address string) (all []string) {
	w.t.Helper()
	if _, err := w.store.Load(w.t.Context(), string(domain.AccessStream(id, time.Now())), commands.NoStream, func(r domain.Recorded) {
		if e := r.Event.(domain.AccessRecorded); e.Address == address {
			all = append(all, e.Action+" "+cmp.Or(e.How, e.Outcome))
		}
	}); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// traced waits until a journal has an entry, which may be made after the answer.
func (v *visitor) traced(id domain.UtenteID, entry string) {
	v.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if slices.Contains(v.entries(id, v.address), entry) {
			return
		}
	}
	v.t.Errorf("the journal of %q has no %q from %s: %s", id, entry, v.address, strings.Join(v.entries(id, v.address), ", "))
}
