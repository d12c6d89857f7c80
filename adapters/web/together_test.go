package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// inTheOffice is what needs the office and more than one conversation at once.
var inTheOffice = map[string]func(*testing.T, *office){
	"the same request twice at once is one":                  sameRequestAtOnce,
	"of approval and refusal at once exactly one wins":       oneDecisionWins,
	"what was withdrawn is confirmed no more":                decisionAndWithdrawal,
	"pages skip and repeat nothing while others ask":         pagesWhileOthersAsk,
	"every download is counted":                              everyDownloadCounts,
	"what a request causes bears its trace":                  traced,
	"an address that tries too many codes must wait":         tooManyCodes,
	"a read that cannot be journalled is not answered":       unjournalledRead,
	"a read is journalled with what it showed":               whatWasShown,
	"a read is journalled for the Comune that it names":      whoseDataWereRead,
	"a repeated request that is shown is a read":             repeatedIsARead,
	"a refusal is journalled with what was asked":            whatWasAsked,
	"a flood of refusals is a handful of entries":            flood,
	"one person asked in three ways is one person":           onePersonOneToken,
	"who holds no role any more sees nothing":                roleGone,
	"an id in use is not told to who may not ask":            usedID,
	"what is down is said to be unavailable":                 unavailable,
	"nobody waits for a server that stops":                   nobodyWaitsForAStoppingServer,
	"a change is told at once to who may see it":             seenAtOnce,
	"who was cut off is told what they missed":               resumed,
	"a stream ends with what it was opened by":               endedWithTheRole,
	"streams are bounded":                                    streamsBounded,
	"streams of software are bounded":                        softwareStreamsBounded,
	"streams end with the server":                            streamsStop,
	"who takes nothing from a stream is left":                slowReader,
	"a panic is an internal error":                           panicking,
	"a body that does not arrive is not waited for":          slowBody,
	"a list is answered as a table that no spreadsheet runs": listsAsTables,
	"a change is confirmed by what it was shown to do":       changesConfirmed,
	"a table of visure hides what a page hides":              tablesOfVisure,
	"a change is shown before it is made":                    changesShownBefore,
	"nothing hostile comes through a filter":                 injection,
	"who may what is as the matrix says":                     whoMayWhat,
}

// say sends a request as a person of the world and returns status and body.
func (w *world) say(who, method, path string, body any) (*http.Response, []byte) {
	text, err := json.Marshal(body)
	if err != nil {
		w.t.Error(err)
	}
	if body == nil {
		text = nil
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, bytes.NewReader(text))
	if err != nil {
		w.t.Error(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.people[who].token)
	resp, err := aside.Do(r)
	if err != nil {
		w.t.Error(err)
		return &http.Response{}, nil
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Error(err)
	}
	return resp, answer
}

// ask is a request for the residence of somebody: of the Comune, or beyond it of another.
func (w *world) ask(ambito domain.Ambito) commands.RequestVisura {
	person := w.subject
	if ambito == domain.Nazionale {
		person = w.nonresident
	}
	return commands.RequestVisura{
		Comune: string(w.comune), Tipo: string(domain.Residenza), Ambito: string(ambito), Finalita: "ISEE", NumeroPratica: "2026/004711",
		Soggetto: commands.SoggettoRichiesto{CodiceFiscale: person()},
	}
}

func visura(id string) string { return "/api/v1/visure/" + id }

// history returns the types of a visura's events.
func (w *world) history(id string) (types []string) {
	w.t.Helper()
	if _, err := w.store.Load(w.t.Context(), string(domain.VisuraID(id).Stream()), commands.NoStream, func(r domain.Recorded) {
		types = append(types, r.Event.EventType())
	}); err != nil {
		w.t.Fatal(err)
	}
	return types
}

func count(types []string, one string) (n int) {
	for _, t := range types {
		if t == one {
			n++
		}
	}
	return n
}

// atOnce runs both and waits for both.
func atOnce(one, other func()) {
	var both sync.WaitGroup
	both.Go(one)
	both.Go(other)
	both.Wait()
}

func sameRequestAtOnce(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	for range 20 {
		id, ask := uuid.NewString(), w.ask(domain.Nazionale)
		var positions [2]string
		put := func(i int) func() {
			return func() {
				resp, body := w.say("operator", http.MethodPut, visura(id), ask)
				if resp.StatusCode != http.StatusAccepted {
					t.Errorf("%d: %s", resp.StatusCode, body)
				}
				positions[i] = resp.Header.Get("Visura-Position")
			}
		}
		atOnce(put(0), put(1))
		if positions[0] == "" || positions[1] == "" {
			t.Errorf("positions %q", positions)
		}
		if n := count(w.history(id), "visura.requested.v1"); n != 1 {
			t.Errorf("the history has %d requests", n)
		}
	}
}

func oneDecisionWins(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	approved := 0
	for range 20 {
		id := w.awaits(t, "operator")
		var approval, rejection int
		atOnce(
			func() {
				resp, _ := w.say("top", http.MethodPost, visura(id)+"/approval", nil)
				approval = resp.StatusCode
			},
			func() {
				resp, _ := w.say("top", http.MethodPost, visura(id)+"/rejection", commands.RejectVisura{Motivo: "fuori_convenzione"})
				rejection = resp.StatusCode
			},
		)
		types := w.history(id)
		yes, no := count(types, "visura.approved.v1"), count(types, "visura.rejected.v1")
		if yes+no != 1 {
			t.Errorf("approved %d times and rejected %d times", yes, no)
		}
		won := map[bool]int{true: http.StatusAccepted, false: http.StatusConflict}
		if approval != won[yes == 1] || rejection != won[no == 1] {
			t.Errorf("approved %d, rejected %d, but answered %d and %d", yes, no, approval, rejection)
		}
		approved += yes
	}
	t.Logf("approval won %d rounds of 20", approved)
}

// decisionAndWithdrawal: what was withdrawn is confirmed no more; what was confirmed may be
// withdrawn until it is issued.
func decisionAndWithdrawal(t *testing.T, o *office) {
	w := o.world(t, comuni[1], domain.Manuale)
	for range 20 {
		id := w.awaits(t, "operator")
		var approval, withdrawal int
		atOnce(
			func() {
				resp, _ := w.say("top", http.MethodPost, visura(id)+"/approval", nil)
				approval = resp.StatusCode
			},
			func() {
				resp, _ := w.say("operator", http.MethodPost, visura(id)+"/withdrawal", nil)
				withdrawal = resp.StatusCode
			},
		)
		types := w.history(id)
		yes, back := slices.Index(types, "visura.approved.v1"), slices.Index(types, "visura.withdrawn.v1")
		told := map[bool]int{true: http.StatusAccepted, false: http.StatusConflict}
		switch {
		case approval != told[yes >= 0] || withdrawal != told[back >= 0]:
			t.Errorf("approval was answered %d, withdrawal %d: %v", approval, withdrawal, types)
		case yes < 0 && back < 0, back >= 0 && back < yes, count(types, "visura.approved.v1") > 1, count(types, "visura.withdrawn.v1") > 1:
			t.Errorf("the history is %v", types)
		}
	}
}

func pagesWhileOthersAsk(t *testing.T, o *office) {
	w := o.world(t, comuni[1], domain.Manuale)
	before := map[domain.VisuraID]int{}
	position := ""
	for range 23 {
		id := uuid.NewString()
		resp, _ := w.say("operator", http.MethodPut, visura(id), w.ask(domain.Nazionale))
		position, before[domain.VisuraID(id)] = resp.Header.Get("Visura-Position"), 0
	}
	query := "?limit=5&at_least=" + position
	for cursor := ""; ; {
		_, body := w.say("admin", http.MethodGet, "/api/v1/visure"+query+cursor, nil)
		var page projections.PaginaDi[projections.RigaElenco]
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		for _, row := range page.Items {
			seen, ours := before[row.ID]
			if !ours || seen > 0 {
				t.Errorf("%s was listed %d times before, and was there at the first page: %v", row.ID, seen, ours)
			}
			before[row.ID]++
		}
		if page.Next == "" {
			break
		}
		// Between two pages somebody asks, and the list has it.
		resp, _ := w.say("operator", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Nazionale))
		query, cursor = "?limit=5&at_least="+resp.Header.Get("Visura-Position"), "&cursor="+page.Next
	}
	for id, seen := range before {
		if seen != 1 {
			t.Errorf("%s was listed %d times", id, seen)
		}
	}
}

func everyDownloadCounts(t *testing.T, o *office) {
	w := o.world(t, comuni[1], "")
	id, ask := uuid.NewString(), w.ask(domain.Comunale)
	var accepted api.Requested
	for accepted.Visura == nil {
		_, body := w.prefer("operator", id, ask)
		if err := json.Unmarshal(body, &accepted); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
	}
	var downloads sync.WaitGroup
	for range 4 {
		downloads.Go(func() {
			resp, body := w.say("operator", http.MethodGet, visura(id)+"/document", nil)
			if resp.StatusCode != http.StatusOK || len(body) != int(accepted.Visura.Document.Size) {
				t.Errorf("%d with %d bytes: %.200s", resp.StatusCode, len(body), body)
			}
		})
	}
	downloads.Wait()
	resp, _ := w.say("operator", http.MethodGet, visura(id)+"/document", nil)
	_, body := w.say("operator", http.MethodGet, visura(id)+"?at_least="+resp.Header.Get("Visura-Position"), nil)
	var d projections.VisuraDettaglio
	if err := json.Unmarshal(body, &d); err != nil || d.Document == nil || d.Document.Downloads != 5 {
		t.Errorf("five downloads are counted as %+v (%v)", d.Document, err)
	}
}

func traced(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	for sent, kept := range map[string]string{
		"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"RSSMRA80A01H501U": "",
	} {
		id := domain.VisuraID(uuid.NewString())
		text, err := json.Marshal(w.ask(domain.Nazionale))
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.url+visura(string(id)), bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+w.people["operator"].token)
		r.Header.Set("traceparent", sent)
		r.Header.Set("X-Request-Id", "RSSMRA80A01H501U")
		resp, err := aside.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		events := 0
		if _, err := w.store.Load(t.Context(), string(id.Stream()), commands.NoStream, func(e domain.Recorded) {
			events++
			if _, err := uuid.Parse(e.Meta.Correlation); err != nil || e.Meta.Trace != kept || e.Meta.By.Session == "" {
				t.Errorf("%s bears trace %q, correlation %q, session %q", e.Event.EventType(), e.Meta.Trace, e.Meta.Correlation, e.Meta.By.Session)
			}
		}); err != nil || events == 0 {
			t.Errorf("%d events, %v", events, err)
		}
	}
}

// prefer asks and prefers to wait.
func (w *world) prefer(who, id string, ask commands.RequestVisura) (*http.Response, []byte) {
	w.t.Helper()
	return w.preferAt(w.url, who, id, ask)
}

func (w *world) preferAt(server, who, id string, ask commands.RequestVisura) (*http.Response, []byte) {
	w.t.Helper()
	text, err := json.Marshal(ask)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPut, server+visura(id), bytes.NewReader(text))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.people[who].token)
	r.Header.Set("Prefer", "wait=20")
	resp, err := aside.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp, body
}
