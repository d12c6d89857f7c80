package peer_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/peer"
)

// service is a peer with its operator.
type service struct {
	url, token string
	db         *pgx.Conn
}

func serve(t *testing.T) *service {
	t.Helper()
	url := pgtest.URL(t)
	p, err := peer.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	token, err := p.Settle(t.Context(), "039002")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p.Handler())
	t.Cleanup(server.Close)
	db, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close(t.Context()) })
	return &service{server.URL, token, db}
}

// ask sends a request and returns the status of its answer.
func (s *service) ask(t *testing.T, id, token string, body map[string]any) int {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.url+"/api/v1/visure/"+id, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// rows counts what is kept.
func (s *service) rows(t *testing.T) (requests, lines int) {
	t.Helper()
	err := s.db.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM peer.request), (SELECT count(*) FROM peer.journal)`).Scan(&requests, &lines)
	if err != nil {
		t.Fatal(err)
	}
	return requests, lines
}

// national is a request for which an officer must confirm, with some items changed.
func national(change map[string]any) map[string]any {
	body := map[string]any{
		"comune": "039002", "tipo": "residenza", "ambito": "nazionale", "finalita": "ISEE", "numero_pratica": "2026/004711",
		"soggetto": map[string]string{"codice_fiscale": "VRDLCU78C14A547O"},
	}
	maps.Copy(body, change)
	return body
}

func TestARequestIsARowAndALineOfTheJournal(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for range 5 {
		if got := s.ask(t, uuid.NewString(), s.token, national(nil)); got != http.StatusAccepted {
			t.Fatalf("it is answered %d", got)
		}
	}
	if requests, lines := s.rows(t); requests != 5 || lines != 5 {
		t.Errorf("%d requests and %d lines of the journal are kept", requests, lines)
	}
	var status, conferma string
	if err := s.db.QueryRow(t.Context(), `SELECT DISTINCT status, conferma FROM peer.request`).Scan(&status, &conferma); err != nil {
		t.Fatal(err)
	}
	if status != "awaiting_confirmation" || conferma != "manuale" {
		t.Errorf("they are kept as %s, %s", status, conferma)
	}
	var durable string
	if err := s.db.QueryRow(t.Context(), `SELECT current_setting('synchronous_commit')`).Scan(&durable); err != nil || durable != "on" {
		t.Errorf("synchronous_commit is %q, %v", durable, err)
	}
}

func TestARepeatedRequestIsKeptOnce(t *testing.T) {
	t.Parallel()
	s := serve(t)
	id := uuid.NewString()
	for range 2 {
		if got := s.ask(t, id, s.token, national(nil)); got != http.StatusAccepted {
			t.Errorf("it is answered %d", got)
		}
	}
	if got := s.ask(t, id, s.token, national(map[string]any{"numero_pratica": "2026/004712"})); got != http.StatusConflict {
		t.Errorf("another request under its id is answered %d", got)
	}
	if requests, lines := s.rows(t); requests != 1 || lines != 1 {
		t.Errorf("%d requests and %d lines of the journal are kept", requests, lines)
	}
}

func TestWhatMustBeRefusedIsRefusedAndNotKept(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, c := range map[string]struct {
		id, token string
		change    map[string]any
		want      int
	}{
		"no token":                {token: "", want: http.StatusUnauthorized},
		"an unknown token":        {token: s.token[:len(s.token)-1] + "x", want: http.StatusUnauthorized},
		"an id that is none":      {id: "7", want: http.StatusUnprocessableEntity},
		"an unknown item":         {change: map[string]any{"urgente": true}, want: http.StatusUnprocessableEntity},
		"no Comune":               {change: map[string]any{"comune": "39002"}, want: http.StatusUnprocessableEntity},
		"another Comune":          {change: map[string]any{"comune": "039007"}, want: http.StatusForbidden},
		"an unknown type":         {change: map[string]any{"tipo": "patrimonio"}, want: http.StatusUnprocessableEntity},
		"an unknown ambito":       {change: map[string]any{"ambito": "europeo"}, want: http.StatusUnprocessableEntity},
		"a wrong check character": {change: map[string]any{"soggetto": map[string]string{"codice_fiscale": "VRDLCU78C14A547X"}}, want: http.StatusUnprocessableEntity},
		"nobody":                  {change: map[string]any{"soggetto": map[string]string{}}, want: http.StatusUnprocessableEntity},
		"no purpose":              {change: map[string]any{"finalita": " "}, want: http.StatusUnprocessableEntity},
		"a purpose not agreed":    {change: map[string]any{"finalita": "CURIOSITA"}, want: http.StatusUnprocessableEntity},
		"a number of no case":     {change: map[string]any{"numero_pratica": "0000"}, want: http.StatusUnprocessableEntity},
	} {
		id, token := c.id, c.token
		if id == "" {
			id = uuid.NewString()
		}
		if token == "" && c.want != http.StatusUnauthorized {
			token = s.token
		}
		if got := s.ask(t, id, token, national(c.change)); got != c.want {
			t.Errorf("%s: it is answered %d, not %d", name, got, c.want)
		}
	}
	if requests, lines := s.rows(t); requests != 0 || lines != 0 {
		t.Errorf("%d requests and %d lines of the journal are kept", requests, lines)
	}
}

// What was granted once is read again for every request.
func TestAGrantTakenAwayWorksAtTheNextRequest(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, c := range map[string]struct {
		take, giveBack string
	}{
		"the profile's type":    {`UPDATE peer.profile SET tipi = '{}'`, `UPDATE peer.profile SET tipi = '{residenza}'`},
		"the agreement's type":  {`UPDATE peer.convenzione SET tipi = '{}'`, `UPDATE peer.convenzione SET tipi = '{residenza}'`},
		"the national ambito":   {`UPDATE peer.convenzione SET conferme = '{}'`, `UPDATE peer.convenzione SET conferme = '{manuale}'`},
		"the agreement's years": {`UPDATE peer.convenzione SET al = dal - 1`, `UPDATE peer.convenzione SET al = dal + 730`},
		"the user's role":       {`UPDATE peer.utente_role SET role = 'admin'`, `UPDATE peer.utente_role SET role = 'standard'`},
	} {
		if _, err := s.db.Exec(t.Context(), c.take); err != nil {
			t.Fatal(err)
		}
		if got := s.ask(t, uuid.NewString(), s.token, national(nil)); got != http.StatusForbidden {
			t.Errorf("without %s it is answered %d", name, got)
		}
		if _, err := s.db.Exec(t.Context(), c.giveBack); err != nil {
			t.Fatal(err)
		}
		if got := s.ask(t, uuid.NewString(), s.token, national(nil)); got != http.StatusAccepted {
			t.Errorf("with %s it is answered %d", name, got)
		}
	}
}
