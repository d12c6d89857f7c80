package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// problemOf asks and returns the problem that came.
func problemOf(t *testing.T, url, token string) (*http.Response, edge.Problem) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := aside.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p edge.Problem
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return resp, p
}

// mute is an event store that has no room for journals.
type mute struct{ commands.Store }

var errMute = errors.New("no room for BNCMRA75C15D458L")

func (m mute) Append(ctx context.Context, stream string, expected int64, events []domain.Event, meta domain.Meta) (domain.Position, error) {
	if strings.HasPrefix(stream, "accesso-") {
		return domain.Position{}, errMute
	}
	return m.Store.Append(ctx, stream, expected, events, meta)
}

func unjournalledRead(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id := uuid.NewString()
	resp, _ := w.say("operator", http.MethodPut, visura(id), w.ask(domain.Nazionale))
	position := resp.Header.Get("Visura-Position")
	url := serve(t, o.server(func(s *web.Server) {
		s.Edge.Commands = &commands.Handler{Store: mute{o.store}, Secrets: o.keys, Now: time.Now, NewID: uuid.NewString}
	}).Handler())
	for _, path := range []string{visura(id) + "?at_least=" + position, "/api/v1/visure"} {
		resp, p := problemOf(t, url+path, w.people["operator"].token)
		if resp.StatusCode != http.StatusInternalServerError || p.Detail != "Errore interno: riprovare più tardi." || !strings.HasPrefix(p.Instance, "urn:uuid:") {
			t.Errorf("%s: %d %+v", path, resp.StatusCode, p)
		}
	}
	w.settled(t)
	silent := o.server(unjournalled(t, o)).Handler()
	for path, who := range map[string]string{
		"/visure/" + id: "operator", "/richieste": "operator", "/utenti": "top", w.pathOf("operator"): "top", "/enti": "top", "/profili": "top",
		"/postazioni?vista=tutte": "top", "/ricertificazione": "top", "/anpr": "top", "/regole": "top",
	} {
		page := w.actingAt(t, who, silent).open(http.StatusInternalServerError, path)
		page.says("Qualcosa non ha funzionato").silent("2026/004711", string(w.ente))
	}
}

// nowhere is a database that is down.
func nowhere(t *testing.T) *pgxpool.Pool {
	t.Helper()
	left, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	left.Close()
	down, err := pgxpool.New(t.Context(), "postgres://u@"+left.Addr().String()+"/x")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(down.Close)
	return down
}

func unavailable(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	down, opener := nowhere(t), esdb.NewOpener(o.keys)
	for name, change := range map[string]func(*web.Server){
		"the database of tokens": func(s *web.Server) { s.Edge.Callers = callersOf(o.callersBy(down), o.now) },
		"the read models":        func(s *web.Server) { s.API.Elenco = projections.NewElencoQueries(down, opener) },
	} {
		url := serve(t, o.server(change).Handler())
		resp, p := problemOf(t, url+"/api/v1/visure", w.people["operator"].token)
		if resp.StatusCode != http.StatusServiceUnavailable || p.Code != "unavailable" || resp.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %+v", name, resp.StatusCode, p)
		}
	}
	// What was accepted is, whether or not its outcome can be shown.
	blind := serve(t, o.server(func(s *web.Server) { s.API.Dettagli = projections.NewDettaglioQueries(down, opener) }).Handler())
	if resp, body := w.preferAt(blind, "operator", uuid.NewString(), w.ask(domain.Comunale)); resp.StatusCode != http.StatusAccepted {
		t.Errorf("without its outcome a request is answered %d %s", resp.StatusCode, body)
	}
	ill := serve(t, o.server(func(s *web.Server) {
		s.API.Health = func(context.Context) map[string]error {
			return map[string]error{"postgresql": errors.New("password of 10.0.0.1"), "event_store": nil}
		}
	}).Handler())
	resp, err := aside.Get(ill + "/status")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	want := `{"status":"degraded","version":"test","parts":{"event_store":"ok","postgresql":"ko"}}`
	if resp.StatusCode != http.StatusServiceUnavailable || strings.TrimSpace(string(text)) != want || resp.Header.Get("Retry-After") == "" {
		t.Errorf("status answers %d %s", resp.StatusCode, text)
	}
}

func panicking(t *testing.T, o *office) {
	var log bytes.Buffer
	url := serve(t, o.server(func(s *web.Server) {
		s.Edge.Callers = func(context.Context, edge.Credentials) (edge.Caller, error) { panic("BNCMRA75C15D458L") }
		s.Edge.Log = slog.New(slog.NewTextHandler(&log, nil))
	}).Handler())
	resp, p := problemOf(t, url+"/api/v1/visure/BNCMRA75C15D458L", "x")
	if resp.StatusCode != http.StatusInternalServerError || p.Code != "internal" || !strings.HasPrefix(p.Instance, "urn:uuid:") {
		t.Errorf("%d %+v", resp.StatusCode, p)
	}
	text := log.String()
	if !strings.Contains(text, "msg=panic") || !strings.Contains(text, strings.TrimPrefix(p.Instance, "urn:uuid:")) {
		t.Errorf("the log does not tell of it: %s", text)
	}
	if strings.Contains(text, "BNCMRA75C15D458L") {
		t.Errorf("the log tells too much: %s", text)
	}
}

func tooManyCodes(t *testing.T, o *office) {
	from := o.world(t, comuni[0], "").visitor()
	from.address = "203.0.113.7"
	server := o.standingStill(t) // what an address may try comes back with time
	var codes []int
	get := func(address string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server+"/verifica/AAAA", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", "192.0.2.7, "+address)
		resp, err := aside.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		codes = append(codes, resp.StatusCode)
		return resp
	}
	for range 30 {
		get(from.address)
	}
	if resp := get(from.address); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("after %v: %d, Retry-After %q", codes, resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	from.traced("", "verify too_many_requests")
	if resp := get("203.0.113.8"); resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another address is answered %d", resp.StatusCode)
	}
}

func slowBody(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	conn, err := net.Dial("tcp", strings.TrimPrefix(o.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", visura(uuid.NewString()), w.people["operator"].token)
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(answer); !strings.HasPrefix(text, "HTTP/1.1 408 ") || !strings.Contains(text, `"code":"timeout"`) {
		t.Errorf("answered %s", text)
	}
}
