package anpr_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

var (
	asked      = regexp.MustCompile(`<dataRiferimentoRichiesta>([^<]+)<`)
	homes      = []string{"2015-09-01", "2009-02-01", "1999-06-30"}
	walking    = func(q *commands.Query) { q.Collegamento.Storico = domain.StoricoWalk }
	everyStep  = []string{"2026-02-10", "2015-08-31", "2009-01-31", "1999-06-29"}
	everyStart = []domain.Date{{Year: 2015, Month: 9, Day: 1}, {Year: 2009, Month: 2, Day: 1}, {Year: 1999, Month: 6, Day: 30}}
)

// snapshots answers with what held on the day asked: the latest of the starts
// not after it, or that there is nothing.
func snapshots(starts []string, block func(start string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		day := string(asked.FindSubmatch(body)[1])
		for _, start := range starts {
			if start <= day {
				reply(w, r, ok3002(soggetto(block(start))))
				return
			}
		}
		reply(w, r, ko3002(errore("EN122", "E", "")))
	}
}

// home is a residence, and a domicile elected later that is no part of its
// history.
func home(start string) string {
	return strings.Replace(residenza("DEL FORO", "2016-01-01"), "<tipoIndirizzo>1", "<tipoIndirizzo>3", 1) + residenza("DEL "+start, start+"+01:00")
}

func starts(list []scheda.Residenza) (out []domain.Date) {
	for _, r := range list {
		out = append(out, r.Decorrenza)
	}
	return out
}

func days(r *registry) (out []string) {
	for _, request := range r.requests() {
		out = append(out, asked.FindStringSubmatch(request)[1])
	}
	return out
}

func TestAWalkGoesBackUntilThereIsNothing(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, snapshots(homes, home))
	answer, err := client(t, r).Consult(t.Context(), query(t, domain.ResidenzaStorica, walking))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(everyStart, starts(answer.Residenze)); diff != "" {
		t.Errorf("residences: %s", diff)
	}
	if diff := cmp.Diff(everyStep, days(r)); diff != "" {
		t.Errorf("days asked: %s", diff)
	}
	if len(answer.Persone) != 1 || answer.IDOperazioneANPR == "" {
		t.Errorf("the card is not that of the first answer: %v", answer)
	}
}

func TestAWalkRepeatedRepeatsItsIds(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"usual": "MIL2V1ABCDEFGHIJKLMNOPQR", "longest": "MIL2V1ABCDEFGHIJKLMNOPQRSTUVWX"} {
		r := newRegistry(t, snapshots(homes, home))
		c := client(t, r)
		for range 2 {
			if _, err := c.Consult(t.Context(), query(t, domain.ResidenzaStorica, walking, func(q *commands.Query) { q.IDOperazione = id })); err != nil {
				t.Fatal(err)
			}
		}
		var ids []string
		for _, request := range r.requests() {
			ids = append(ids, sentID.FindStringSubmatch(request)[1])
		}
		half := len(ids) / 2
		if diff := cmp.Diff(ids[:half], ids[half:]); diff != "" {
			t.Errorf("%s: the second walk has other ids: %s", name, diff)
		}
		if ids[0] != id || len(slices.Compact(slices.Sorted(slices.Values(ids[:half])))) != half {
			t.Errorf("%s: ids %v", name, ids[:half])
		}
		for _, id := range ids {
			if !regexp.MustCompile(`^[0-9A-Za-z]{1,30}$`).MatchString(id) {
				t.Errorf("%s: id %q", name, id)
			}
		}
	}
}

func TestAWalkOfCitizenshipsFindsTheFormerOnes(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, snapshots([]string{"2015-03-03", "1978-03-14"}, func(start string) string {
		return `<cittadinanza><descrizioneStato>S` + start[:4] + `</descrizioneStato><codiceStato>100</codiceStato><dataValidita>` + start + `</dataValidita></cittadinanza>`
	}))
	card, err := client(t, r).Consult(t.Context(), query(t, domain.CittadinanzaStorica, walking))
	if err != nil {
		t.Fatal(err)
	}
	want := []scheda.Cittadinanza{
		{Stato: "S2015", CodiceStato: "100", Dal: domain.Date{Year: 2015, Month: 3, Day: 3}},
		{Stato: "S1978", CodiceStato: "100", Dal: domain.Date{Year: 1978, Month: 3, Day: 14}},
	}
	if diff := cmp.Diff(want, card.Cittadinanze); diff != "" {
		t.Error(diff)
	}
	if len(r.asked) != 2 {
		t.Errorf("asked %v: before the birth there is nothing to ask", days(r))
	}
}

func TestAWalkEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		calls  int
	}{
		"where a start is not known": {answers(ok3002(soggetto(residenza("X", "")))), 1},
		"where nothing is held":      {answers(ok3002(soggetto(""))), 1},
		"where the day is ignored":   {answers(ok3002(soggetto(home("2015-09-01")))), 2},
		"among several persons": {answers(ok3002(strings.ReplaceAll(soggetto(""), "</listaSoggetti>",
			`<datiSoggetto><identificativi><idANPR>ALTRO</idANPR></identificativi></datiSoggetto></listaSoggetti>`))), 1},
	} {
		r := newRegistry(t, c.answer)
		if _, err := client(t, r).Consult(t.Context(), query(t, domain.ResidenzaStorica, walking)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(r.asked) != c.calls {
			t.Errorf("%s: %d calls, want %d", name, len(r.asked), c.calls)
		}
	}
}

// A gap is where nothing is held: the walk says so, and goes on before it where
// a card tells that the person was registered.
func TestAWalkGoesOnBeforeAGap(t *testing.T) {
	t.Parallel()
	gone := strings.Replace(soggetto(home("2009-02-01")+`<datiCancellazione><motivoCancellazione>6</motivoCancellazione><dataDecorrenzaCancellazione>2012-05-14</dataDecorrenzaCancellazione></datiCancellazione>`), "9000000000101", "9000000000099", 1)
	now := soggetto(home("2015-09-01"))
	both := strings.Replace(now, "</listaSoggetti>", gone[strings.Index(gone, "<datiSoggetto>"):], 1)
	for name, c := range map[string]struct {
		first  string
		days   []string
		starts []domain.Date
		gaps   []domain.Date
	}{
		"of which only the present card tells": {now, []string{"2026-02-10", "2015-08-31"},
			[]domain.Date{{Year: 2015, Month: 9, Day: 1}}, []domain.Date{{Year: 2015, Month: 8, Day: 31}}},
		"that a card cancelled before it bounds": {both, []string{"2026-02-10", "2015-08-31", "2012-05-13", "2010-12-31", "2009-01-31"},
			[]domain.Date{{Year: 2015, Month: 9, Day: 1}, {Year: 2009, Month: 2, Day: 1}, {Year: 2011, Month: 1, Day: 1}},
			[]domain.Date{{Year: 2015, Month: 8, Day: 31}, {Year: 2009, Month: 1, Day: 31}}},
	} {
		r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
			body, _ := io.ReadAll(req.Body)
			req.Body = io.NopCloser(strings.NewReader(string(body)))
			switch day := string(asked.FindSubmatch(body)[1]); {
			case strings.Contains(string(body), "9000000000099"):
				reply(w, req, ok3002(gone))
			case strings.Contains(string(body), "9000000000101"):
				reply(w, req, ok3002(now))
			case day >= "2015-09-01":
				reply(w, req, ok3002(c.first))
			case day >= "2011-01-01" && day <= "2012-05-13":
				reply(w, req, ok3002(soggetto(home("2011-01-01"))))
			case day >= "2009-02-01" && day <= "2010-12-31":
				reply(w, req, ok3002(soggetto(home("2009-02-01"))))
			default:
				reply(w, req, ko3002(errore("EN122", "E", "")))
			}
		})
		answer, err := client(t, r).Consult(t.Context(), query(t, domain.ResidenzaStorica, walking))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.days, slices.Compact(days(r))); diff != "" {
			t.Errorf("%s: days asked: %s", name, diff)
		}
		if diff := cmp.Diff(c.starts, starts(answer.Residenze)); diff != "" {
			t.Errorf("%s: residences: %s", name, diff)
		}
		if diff := cmp.Diff(c.gaps, answer.Interruzioni); diff != "" {
			t.Errorf("%s: gaps: %s", name, diff)
		}
	}
}

func TestAWalkThatCannotEndFails(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, snapshots(homes, home))
	if got := failure(t, client(t, r, func(c *anpr.Config) { c.WalkSteps = 2 }), query(t, domain.ResidenzaStorica, walking)); got.Class != domain.FailureConfiguration {
		t.Errorf("class %s: a history cut short must not pass for a whole one", got.Class)
	}
}

func TestAWalkStoppedHalfWayFails(t *testing.T) {
	t.Parallel()
	var r *registry
	r = newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
		if len(r.requests()) == 3 {
			reply(w, req, ko3002(errore("999", "E", "")))
			return
		}
		snapshots(homes, home)(w, req)
	})
	if got := failure(t, client(t, r), query(t, domain.ResidenzaStorica, walking)); got.Class != domain.FailureRetry {
		t.Errorf("class %s", got.Class)
	}
}

func TestAHistoryOfSeveralPersonsIsNotAsked(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, answers(ok3002(strings.ReplaceAll(soggetto(""), "</listaSoggetti>",
		`<datiSoggetto><identificativi><idANPR>ALTRO</idANPR></identificativi></datiSoggetto></listaSoggetti>`))))
	answer, err := client(t, r).Consult(t.Context(), query(t, domain.ResidenzaStorica))
	if err != nil || len(answer.Persone) != 2 || len(r.asked) != 1 {
		t.Errorf("%d cards, %d calls, %v", len(answer.Persone), len(r.asked), err)
	}
}
