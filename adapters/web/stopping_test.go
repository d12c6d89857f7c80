package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/domain"
)

// nobodyWaitsForAStoppingServer: what was asked is accepted, and its outcome
// left to whoever asks the next server.
func nobodyWaitsForAStoppingServer(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	stopping, stop := context.WithCancel(t.Context())
	stop()
	url := serve(t, o.variant(func(s *web.Server) { s.Stopping = stopping }).Handler())
	id, ask := uuid.NewString(), w.ask(domain.Comunale)
	resp, text := w.preferAt(url, "operator", id, ask)
	var answer web.Accepted
	if err := json.Unmarshal(text, &answer); err != nil || resp.StatusCode != http.StatusAccepted || answer.Visura != nil {
		t.Errorf("%s: %s, %v", resp.Status, text, err)
	}
	if resp, text := w.prefer("operator", id, ask); resp.StatusCode != http.StatusOK {
		t.Errorf("the next server: %s: %s", resp.Status, text)
	}
}

// aSearchIsJournalled with whom it was about, as a hash.
func aSearchIsJournalled(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	cf := w.ask(domain.Comunale).Soggetto.CodiceFiscale
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/api/v1/visure", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.people["operator"].token)
	r.Header.Set("Visura-Codice-Fiscale", cf)
	resp, err := http.DefaultClient.Do(r)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", resp, err)
	}
	resp.Body.Close()
	journal := w.journal("operator")
	want := domain.AccessRecorded{Action: "list-visure", Outcome: "ok",
		SubjectToken: o.server.Commands.Pseudonyms.SubjectToken(domain.Soggetto{CodiceFiscale: domain.CodiceFiscale(cf)})}
	if len(journal) != 1 || journal[0] != want {
		t.Errorf("journal %+v, want %+v", journal, want)
	}
}
