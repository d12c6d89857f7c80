package domain_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

var statuses = []domain.Status{
	domain.Absent, domain.Awaiting, domain.InProgress, domain.Issued, domain.Revoked, domain.NotIssuable,
	domain.Rejected, domain.Withdrawn, domain.Lapsed, domain.Expired, domain.Failed,
}

var steps = []domain.Step{
	domain.Nothing, domain.AwaitConfirmation, domain.ApproveBySilence, domain.Expire, domain.StartQuery,
	domain.QueryAndIssue, domain.WaitToRetry, domain.GiveUp,
}

// passage is one arrow of the drawing: what happens to a request that stands
// somewhere, and where it stands afterwards.
type passage struct {
	from  domain.Status
	event string
	to    domain.Status
	note  string
}

// passages are the events commands append, and nothing else moves a request.
var passages = []passage{
	{domain.Absent, "visura.requested.v1", domain.InProgress, "chiesta"},
	{domain.InProgress, "visura.resident-sought.v1", domain.InProgress, "cercata prima fra gli iscritti del Comune"},
	{domain.InProgress, "visura.not-resident.v1", domain.InProgress, "non iscritta nel Comune"},
	{domain.InProgress, "visura.confirmation-awaited.v1", domain.Awaiting, "attende la conferma"},
	{domain.Awaiting, "visura.confirmation-suspended.v1", domain.Awaiting, "domanda al richiedente, termine sospeso"},
	{domain.Awaiting, "visura.confirmation-resumed.v1", domain.Awaiting, "risposta, il termine riprende"},
	{domain.Awaiting, "visura.confirmation-assigned.v1", domain.Awaiting, "presa in carico o passata ad altri"},
	{domain.Awaiting, "visura.approved.v1", domain.InProgress, "dall'operatore o per silenzio"},
	{domain.InProgress, "visura.approved.v1", domain.InProgress, "senza che serva conferma"},
	{domain.Awaiting, "visura.rejected.v1", domain.Rejected, "rifiutata dall'operatore"},
	{domain.Awaiting, "visura.withdrawn.v1", domain.Withdrawn, "ritirata dal richiedente"},
	{domain.InProgress, "visura.withdrawn.v1", domain.Withdrawn, "ritirata dal richiedente"},
	{domain.Awaiting, "visura.lapsed.v1", domain.Lapsed, "decaduto ciò che la permetteva"},
	{domain.InProgress, "visura.lapsed.v1", domain.Lapsed, "decaduto ciò che la permetteva"},
	{domain.Awaiting, "visura.expired.v1", domain.Expired, "nessuno ha deciso, o risposto, nei giorni di attesa"},
	{domain.InProgress, "visura.query-started.v1", domain.InProgress, "intento registrato"},
	{domain.InProgress, "visura.query-deferred.v1", domain.InProgress, "nuovo tentativo più tardi"},
	{domain.InProgress, "visura.issued.v1", domain.Issued, "documento in archivio"},
	{domain.InProgress, "visura.not-issuable.v1", domain.NotIssuable, "non si può emettere"},
	{domain.InProgress, "visura.failed.v1", domain.Failed, "abbandonata"},
	{domain.Issued, "visura.downloaded.v1", domain.Issued, "scaricata"},
	{domain.Issued, "visura.requester-told.v1", domain.Issued, "avvisato chi l'aveva chiesta"},
	{domain.Issued, "visura.practice-corrected.v1", domain.Issued, "numero di pratica corretto"},
	{domain.Issued, "visura.revoked.v1", domain.Revoked, "revocata dall'Anagrafe"},
	{domain.Revoked, "visura.revocation-announced.v1", domain.Revoked, "avvisato chi l'aveva scaricata"},
	{domain.Issued, "visura.erased.v1", domain.Issued, "dati cancellati"},
}

// at returns a request that stands where from says.
func at(from domain.Status) domain.Visura {
	v := domain.Visura{}
	if from == domain.Absent {
		return v
	}
	v = after(v, "visura.requested.v1")
	if from == v.Status {
		return v
	}
	awaiting := after(v, "visura.confirmation-awaited.v1")
	for _, p := range passages {
		switch {
		case p.to == from && p.from == domain.InProgress:
			return after(v, p.event)
		case p.to == from && p.from == domain.Awaiting:
			return after(awaiting, p.event)
		case p.to == from && p.from == domain.Issued && p.to != domain.Issued:
			return after(at(domain.Issued), p.event)
		}
	}
	return v
}

func after(v domain.Visura, event string) domain.Visura {
	return v.Evolve(golden[event], domain.Meta{At: mattina, By: domain.Actor{Utente: utenteID, Role: domain.RoleStandard, Ente: enteID}})
}

func TestEventsMoveAVisura(t *testing.T) {
	t.Parallel()
	moved := map[string]bool{}
	for _, p := range passages {
		moved[p.event] = true
		if got := after(at(p.from), p.event).Status; got != p.to {
			t.Errorf("after %s a visura that was %q is %q, want %q", p.event, p.from, got, p.to)
		}
	}
	for _, name := range domain.EventTypes() {
		if strings.HasPrefix(name, "visura.") && !moved[name] {
			t.Errorf("%s is missing from the drawing", name)
		}
	}
}

func TestEveryStatusIsFinalOrHasANextStep(t *testing.T) {
	t.Parallel()
	for _, s := range statuses {
		waits := at(s).Next(mattina) != domain.Nothing
		switch {
		case at(s).Status != s:
			t.Errorf("nothing leads to %q", s)
		case s == domain.Absent:
			continue
		case waits == s.Final():
			t.Errorf("%q: final %v, next step %s", s, s.Final(), at(s).Next(mattina))
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	const week = 7 * 24 * time.Hour
	requested := after(domain.Visura{}, "visura.requested.v1")
	sought := after(requested, "visura.resident-sought.v1")
	silence := after(after(sought, "visura.not-resident.v1"), "visura.confirmation-awaited.v1")
	officer := silence
	officer.Due, officer.Scade = time.Time{}, time.Time{}
	waits := officer
	waits.Scade = scade
	approved := after(requested, "visura.approved.v1")
	asking := after(approved, "visura.query-started.v1")
	deferred := after(asking, "visura.query-deferred.v1")
	unnamed := requested
	unnamed.Request.Soggetto = domain.Soggetto{}
	for name, c := range map[string]struct {
		visura domain.Visura
		now    time.Time
		want   domain.Step
	}{
		"nobody asked": {domain.Visura{}, mattina, domain.Nothing},
		"who is asked about is looked for at home":   {sought, mattina, domain.QueryAndIssue},
		"without a term only an officer decides":     {officer, mattina.Add(100 * week), domain.AwaitConfirmation},
		"before the term an officer may decide":      {silence, scade.Add(-time.Nanosecond), domain.AwaitConfirmation},
		"at the term silence is consent":             {silence, scade, domain.ApproveBySilence},
		"and stays so however late it is noticed":    {silence, scade.Add(week), domain.ApproveBySilence},
		"before its days are over a person decides":  {waits, scade.Add(-time.Nanosecond), domain.AwaitConfirmation},
		"then it has expired":                        {waits, scade, domain.Expire},
		"and stays so once that is recorded":         {after(waits, "visura.expired.v1"), scade.Add(week), domain.Nothing},
		"what was refused in time stays refused":     {after(silence, "visura.rejected.v1"), scade.Add(week), domain.Nothing},
		"what was withdrawn stays withdrawn":         {after(silence, "visura.withdrawn.v1"), scade.Add(week), domain.Nothing},
		"what lapsed stays so":                       {after(silence, "visura.lapsed.v1"), scade.Add(week), domain.Nothing},
		"an approved request asks ANPR":              {approved, mattina, domain.StartQuery},
		"an open intent is carried through":          {asking, mattina, domain.QueryAndIssue},
		"a deferred one waits":                       {deferred, scade.Add(-time.Nanosecond), domain.WaitToRetry},
		"and then asks again":                        {deferred, scade, domain.StartQuery},
		"a week is given":                            {asking, mattina.Add(week), domain.QueryAndIssue},
		"and not more":                               {asking, mattina.Add(week + 1), domain.GiveUp},
		"also who is looked for at home":             {sought, mattina.Add(week + 1), domain.GiveUp},
		"who was never tried is tried once":          {approved, mattina.Add(2 * week), domain.StartQuery},
		"a subject whose data are gone ends it":      {after(asking, "visura.erased.v1"), mattina, domain.GiveUp},
		"also when only the key is gone":             {after(unnamed, "visura.approved.v1"), mattina, domain.GiveUp},
		"an issued visura waits for nothing":         {after(asking, "visura.issued.v1"), mattina.Add(week + 1), domain.Nothing},
		"not even once downloaded":                   {after(after(asking, "visura.issued.v1"), "visura.downloaded.v1"), mattina, domain.Nothing},
		"a revoked one neither":                      {after(at(domain.Issued), "visura.revoked.v1"), mattina.Add(week + 1), domain.Nothing},
		"what could not be issued waits for nothing": {after(asking, "visura.not-issuable.v1"), mattina, domain.Nothing},
		"what was given up waits for nothing":        {after(asking, "visura.failed.v1"), mattina, domain.Nothing},
	} {
		if got := c.visura.Next(c.now); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestSilenceTakesEffectWhenItWasDue(t *testing.T) {
	t.Parallel()
	v := after(domain.Visura{}, "visura.requested.v1").
		Evolve(golden["visura.approved.v1"], domain.Meta{At: scade.Add(9 * 24 * time.Hour)})
	if !v.ApprovedAt.Equal(scade) {
		t.Errorf("approved %s, want %s", v.ApprovedAt, scade)
	}
	if got := v.Evolve(golden["visura.query-started.v1"], domain.Meta{}).Next(v.Since); got != domain.QueryAndIssue {
		t.Errorf("noticed late, the request is up for %s: the delay was not its own", got)
	}
}

func TestErasureLeavesNoSubject(t *testing.T) {
	t.Parallel()
	v := after(at(domain.Issued), "visura.erased.v1")
	if !v.Erased || !v.Request.Soggetto.Erased() || v.Status != domain.Issued || v.Document == nil || v.Document.SubjectToken != "" {
		t.Errorf("after erasure: %+v", v)
	}
}

func TestWhatIsStatedOfTheCaseIsFixedWithTheIntent(t *testing.T) {
	t.Parallel()
	const first, second = "PG-2026/0441", "PG-2026/0414"
	v := after(after(domain.Visura{}, "visura.requested.v1"), "visura.query-started.v1")
	if v.Pratica != first || v.Stated != first {
		t.Fatalf("asked for with %q, stated %q", v.Pratica, v.Stated)
	}
	if v = after(v, "visura.practice-corrected.v1"); v.Pratica != second || v.Stated != first {
		t.Errorf("corrected to %q while ANPR is asked, stated %q", v.Pratica, v.Stated)
	}
	if v = after(after(v, "visura.query-deferred.v1"), "visura.query-started.v1"); v.Stated != second {
		t.Errorf("asked again, stated %q", v.Stated)
	}
	if v.Request.Purpose.NumeroPratica != first {
		t.Errorf("the request says %q", v.Request.Purpose.NumeroPratica)
	}
}

func TestWhoTookADocumentIsKnown(t *testing.T) {
	t.Parallel()
	take := func(v domain.Visura, who domain.UtenteID) domain.Visura {
		return v.Evolve(golden["visura.downloaded.v1"], domain.Meta{At: mattina, By: domain.Actor{Utente: who}})
	}
	v := take(take(take(take(at(domain.Issued), "a"), "b"), "a"), "")
	if diff := cmp.Diff([]domain.UtenteID{"a", "b"}, v.Takers); diff != "" {
		t.Error(diff)
	}
	v = after(v, "visura.revoked.v1")
	if r := v.Revocation; r == nil || r.By.Utente != utenteID || !r.At.Equal(mattina) || r.Motivo != "dati_errati" || r.Announced {
		t.Errorf("revoked: %+v", r)
	}
	if v = after(v, "visura.revocation-announced.v1"); !v.Revocation.Announced {
		t.Error("what was announced is not")
	}
}

// histories are any events in any order, as a store might hold them if every
// rule had been broken.
func histories() *rapid.Generator[[]domain.Recorded] {
	names := make([]string, 0, len(golden))
	for name := range golden {
		names = append(names, name)
	}
	slices.Sort(names)
	return rapid.SliceOf(rapid.Custom(func(t *rapid.T) domain.Recorded {
		e := golden[rapid.SampledFrom(names).Draw(t, "event")]
		if rapid.Bool().Draw(t, "zero") {
			e = reflect.Zero(reflect.TypeOf(e)).Interface().(domain.Event)
		}
		return domain.Recorded{Event: e, Meta: domain.Meta{At: mattina.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, "at")))}}
	}))
}

func TestNextIsTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := domain.Fold(domain.Visura{}, histories().Draw(t, "history"))
		now := mattina.Add(time.Duration(rapid.Int64().Draw(t, "now") / 4))
		step := v.Next(now)
		if !slices.Contains(steps, step) {
			t.Fatalf("next is %q", step)
		}
		if !slices.Contains(statuses, v.Status) {
			t.Fatalf("status is %q", v.Status)
		}
		if waits := step != domain.Nothing; waits == (v.Status.Final() || v.Status == domain.Absent) {
			t.Fatalf("a visura that is %q waits for %s", v.Status, step)
		}
		if v.Erased && !v.Request.Soggetto.Erased() {
			t.Fatal("an erased visura names its subject")
		}
	})
}

func TestEvolveLeavesTheFormerStateAlone(t *testing.T) {
	t.Parallel()
	t.Run("visura", leavesAlone(domain.Visura{}))
	t.Run("utente", leavesAlone(domain.Utente{}))
	t.Run("comune", leavesAlone(domain.Comune{}))
	t.Run("ente", leavesAlone(domain.Ente{}))
	t.Run("convenzione", leavesAlone(domain.Convenzione{}))
	t.Run("postazione", leavesAlone(domain.Postazione{}))
	t.Run("applicativo", leavesAlone(domain.Applicativo{}))
}

// leavesAlone follows any history, and holds each state, after the next event,
// against the same state made anew.
func leavesAlone[S interface {
	Evolve(domain.Event, domain.Meta) S
}](none S) func(*testing.T) {
	return func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			history := histories().Draw(t, "history")
			state := none
			for i, r := range history {
				next := state.Evolve(r.Event, r.Meta)
				if diff := cmp.Diff(domain.Fold(none, history[:i]), state, networks); diff != "" {
					t.Fatalf("%s changed the state before it:\n%s", r.Event.EventType(), diff)
				}
				state = next
			}
		})
	}
}

func TestTheDrawingIsTrue(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(drawingHead)
	name := func(s domain.Status) string {
		if s == domain.Absent {
			return "[*]"
		}
		return string(s)
	}
	for _, p := range passages {
		b.WriteString("    " + name(p.from) + " --> " + name(p.to) + " : " + p.event + "<br>" + p.note + "\n")
	}
	for _, s := range statuses {
		if s.Final() {
			b.WriteString("    " + name(s) + " --> [*]\n")
		}
	}
	b.WriteString("```\n")
	compare(t, filepath.Join("..", "docs", "stati.md"), b.String())
}

const drawingHead = "# Gli stati di una visura\n\n" +
	"Drawn by `go test ./domain -run Drawing -update` from the table the tests check, so it cannot drift from the code.\n" +
	"The practice number can be corrected wherever a request stands. A revoked, refused, withdrawn, not issuable or failed request can be erased too; erasure never changes where a request stands.\n\n" +
	"```mermaid\nstateDiagram-v2\n"

// compare holds got against a golden file, or writes the file when asked to.
func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s has changed (-want +got):\n%s", path, diff)
	}
}
