package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an import is written though the client leaves":    importedThoughTheClientLeaves,
		"an import tells which rows somebody else stopped": importedButForWhatChanged,
	})
}

// watched is a store that tells of each append to a person's stream before it is made.
type watched struct {
	commands.Store
	before func()
}

func (w watched) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if strings.HasPrefix(stream, "utente-") {
		w.before()
	}
	return w.Store.Append(ctx, stream, expected, events, m)
}

// importing serves a world whose imports are stopped before the first row is written,
// and makes a file of three persons, of whom the second has a profile.
func importing(t *testing.T, w *world, profile domain.ProfileID, first func()) (handler http.Handler, file string, people [3]domain.UtenteID) {
	once := sync.Once{}
	handler = w.server(func(s *web.Server) {
		s.Edge.Commands = &commands.Handler{Store: watched{w.store, func() { once.Do(first) }}, Secrets: w.keys, Now: time.Now, NewID: uuid.NewString}
	}).Handler()
	file = "codice_fiscale;cognome;nome;ente;comune;ruolo;profilo\n"
	for i, assigned := range []domain.ProfileID{"", profile, ""} {
		cf := w.newcomer()
		people[i] = w.keys.UtenteID(cf)
		file += fmt.Sprintf("%s;Neri;Ugo;%s;%s;standard;%s\n", cf, w.ente, w.comune, assigned)
	}
	return handler, file, people
}

// holds says whether somebody operates for the world's Ente.
func (w *world) holds(id domain.UtenteID) bool {
	w.t.Helper()
	person, err := commands.Fact(w.t.Context(), w.handler, id.Stream())
	if err != nil {
		w.t.Fatal(err)
	}
	return person.Holds(domain.RoleStandard, domain.Pair{Ente: w.ente, Comune: w.comune})
}

func importRequest(ctx context.Context, t *testing.T, url, token, file string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/utenti/import?preview=false", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "text/csv")
	return r
}

func importedThoughTheClientLeaves(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	client, leave := context.WithCancel(t.Context())
	left, ended := make(chan struct{}), make(chan struct{})
	handler, file, people := importing(t, w, "", func() {
		leave()
		<-left
	})
	url := serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer close(ended)
		context.AfterFunc(r.Context(), func() { close(left) })
		handler.ServeHTTP(rw, r)
	}))
	if resp, err := aside.Do(importRequest(client, t, url, w.elevate(w.people["admin"]).token, file)); err == nil {
		resp.Body.Close()
		t.Fatalf("the client did not leave: %s", resp.Status)
	}
	<-ended
	for i, id := range people {
		if !w.holds(id) {
			t.Errorf("row %d was not written", i+2)
		}
	}
}

func importedButForWhatChanged(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	profile := domain.ProfileID(uuid.NewString())
	enter(w, profile.Stream(), commands.DefineProfile{Comune: w.comune, Nome: "Casa", Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza}}})
	handler, file, people := importing(t, w, profile, func() { enter(w, profile.Stream(), commands.WithdrawProfile{}) })
	url, token := serve(t, handler), w.elevate(w.people["admin"]).token
	resp, err := aside.Do(importRequest(t.Context(), t, url, token, file))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	var told struct {
		Errors []struct{ Field, Message string }
	}
	if err := json.Unmarshal(text, &told); err != nil || resp.StatusCode != http.StatusConflict || len(told.Errors) != 1 || told.Errors[0].Field != "riga 3" {
		t.Fatalf("%s: %s", resp.Status, text)
	}
	for i, written := range []bool{true, false, true} {
		if w.holds(people[i]) != written {
			t.Errorf("row %d written: %v", i+2, !written)
		}
	}
}
