package web_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// onePersonOneToken: asked about by codice fiscale, by names and birth, and by
// the codice fiscale they had before, it is the person found who counts.
func onePersonOneToken(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	person := o.registry.People().First(string(w.comune), people.CodeChanged, people.FitsResidenza)
	if person == nil {
		t.Fatal("nobody's codice fiscale has changed")
	}
	asked := []struct {
		soggetto commands.SoggettoRichiesto
		status   domain.Status
		reason   string
	}{
		{commands.SoggettoRichiesto{CodiceFiscale: person.CodiceFiscale}, domain.Issued, ""},
		{commands.SoggettoRichiesto{Cognome: person.Surname, Nome: person.Name, Sesso: string(rune(person.Sex)), DataNascita: person.Birth.Date.Format(time.DateOnly)}, domain.Issued, ""},
		// A document about whoever has another code than the one asked about would
		// show the wrong one of the two; but the answer is about this person.
		{commands.SoggettoRichiesto{CodiceFiscale: person.FormerCF}, domain.NotIssuable, domain.ReasonMismatch},
	}
	var ids []string
	position := ""
	for _, c := range asked {
		id, ask := uuid.NewString(), w.ask(domain.Comunale)
		ask.Soggetto = c.soggetto
		resp, body := w.prefer("operator", id, ask)
		var answer api.Requested
		if err := json.Unmarshal(body, &answer); err != nil || resp.StatusCode != http.StatusOK || answer.Visura == nil {
			t.Fatalf("%s, %v: %s", resp.Status, err, body)
		}
		if answer.Visura.Status != c.status || answer.Visura.Reason != c.reason {
			t.Errorf("asked by %+v: %s %s, want %s %s", c.soggetto, answer.Visura.Status, answer.Visura.Reason, c.status, c.reason)
		}
		ids, position = append([]string{id}, ids...), answer.Visura.Position
	}
	if got := w.listed("operator", "?at_least="+position, person.CodiceFiscale); !slices.Equal(got, ids) {
		t.Errorf("by the codice fiscale %d visure are found, want %d", len(got), len(ids))
	}
	if got := w.listed("operator", "", person.FormerCF); len(got) != 0 {
		t.Errorf("by the codice fiscale of before %d visure are found", len(got))
	}
	// Erased, a visura is found no more; the others are.
	at := w.erase(domain.VisuraID(ids[1]))
	if got, want := w.listed("operator", "?at_least="+at.String(), person.CodiceFiscale), []string{ids[0], ids[2]}; !slices.Equal(got, want) {
		t.Errorf("after one was erased %d are found, want %d", len(got), len(want))
	}
}
