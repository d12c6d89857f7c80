package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/domain"
)

// nobodyWaitsForAStoppingServer: what was asked is accepted, and its outcome
// left to whoever asks the next server.
func nobodyWaitsForAStoppingServer(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	stopping, stop := context.WithCancel(t.Context())
	stop()
	url := serve(t, o.server(func(s *web.Server) { s.Edge.Stopping = stopping }).Handler())
	id, ask := uuid.NewString(), w.ask(domain.Comunale)
	resp, text := w.preferAt(url, "operator", id, ask)
	var answer api.Requested
	if err := json.Unmarshal(text, &answer); err != nil || resp.StatusCode != http.StatusAccepted || answer.Visura != nil {
		t.Errorf("%s: %s, %v", resp.Status, text, err)
	}
	if resp, text := w.prefer("operator", id, ask); resp.StatusCode != http.StatusOK {
		t.Errorf("the next server: %s: %s", resp.Status, text)
	}
}
