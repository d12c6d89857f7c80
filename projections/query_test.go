package projections

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

// world is a few visure of several people, Enti and Comuni: which number of
// which is said beside each.
func world(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, l := pgtest.New(t), newLog()
	parties(l)
	by := func(u domain.UtenteID, e domain.EnteID) domain.Actor {
		return domain.Actor{Utente: u, Role: domain.RoleStandard, Ente: e}
	}
	for n, v := range []struct {
		by     domain.Actor
		comune domain.CodiceISTAT
		who    domain.Soggetto
	}{
		1: {by(mario, inps), roma, rossi},
		2: {by(mario, inps), milano, bianchi},
		3: {by(mario, asl), roma, rossi},
		4: {by(maria, inps), roma, bianchi},
		5: {by(maria, asl), milano, rossi},
	} {
		if n == 0 {
			continue
		}
		l.add(string(visuraID(n).Stream()), v.by, request(v.comune, v.by.Ente, v.who))
	}
	l.add(string(visuraID(1).Stream()), domain.Sistema, domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning})
	l.add(string(visuraID(1).Stream()), domain.Sistema, issued(visuraID(1)))
	l.add(string(visuraID(4).Stream()), domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: roma}, domain.VisuraRejected{Motivo: "altro", Testo: "parole su Anna"})
	applied(t, pool, l.all())
	return pool
}

func numbers(t *testing.T, pool *pgxpool.Pool, s Scope, f Filter) []int {
	t.Helper()
	p, err := NewElencoQueries(pool).Page(t.Context(), s, f)
	if err != nil {
		t.Fatal(err)
	}
	got := []int{}
	for _, row := range p.Items {
		var n int
		if _, err := fmt.Sscanf(string(row.ID[24:]), "%d", &n); err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	slices.Sort(got)
	return got
}

func TestEachSeesWhatIsTheirs(t *testing.T) {
	t.Parallel()
	pool := world(t)
	for name, c := range map[string]struct {
		who  domain.Actor
		want []int
	}{
		"an operator their own, for the Ente they act for": {domain.Actor{Utente: mario, Role: domain.RoleStandard, Ente: inps}, []int{1, 2}},
		"the same person for another Ente":                 {domain.Actor{Utente: mario, Role: domain.RoleStandard, Ente: asl}, []int{3}},
		"an ADMIN the Ente's, in every Comune":             {domain.Actor{Utente: capo, Role: domain.RoleAdmin, Ente: inps}, []int{1, 2, 4}},
		"a TOP the Comune's, of every Ente":                {ufficiale, []int{1, 3, 4}},
		"an auditor the Comune's":                          {domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: milano}, []int{2, 5}},
		"the system all":                                   {domain.Sistema, []int{1, 2, 3, 4, 5}},
		"an operator of no Ente nothing":                   {domain.Actor{Utente: mario, Role: domain.RoleStandard}, []int{}},
		"an ADMIN of no Ente nothing":                      {domain.Actor{Utente: capo, Role: domain.RoleAdmin}, []int{}},
		"a TOP of no Comune nothing":                       {domain.Actor{Utente: capo, Role: domain.RoleTop}, []int{}},
		"nobody nothing":                                   {domain.Actor{}, []int{}},
	} {
		if diff := cmp.Diff(c.want, numbers(t, pool, ScopeOf(c.who), Filter{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for n := 1; n <= 5; n++ {
			_, err := NewDettaglioQueries(pool).One(t.Context(), ScopeOf(c.who), visuraID(n))
			if visible := slices.Contains(c.want, n); visible && err != nil || !visible && domain.CodeOf(err) != domain.NotFound {
				t.Errorf("%s, visura %d: %v", name, n, err)
			}
		}
	}
	if got := numbers(t, pool, Scope{}, Filter{}); len(got) > 0 {
		t.Errorf("the zero scope sees %v", got)
	}
}

func TestAnAuditorSeesNoPerson(t *testing.T) {
	t.Parallel()
	pool := world(t)
	auditor := ScopeOf(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: roma})
	p, err := NewElencoQueries(pool).Page(t.Context(), auditor, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range p.Items {
		want := Soggetto{Testo: "RSS*************", Mascherato: true}
		if row.ID == visuraID(4) {
			want.Testo = "B****** A***"
		}
		if row.Soggetto != want {
			t.Errorf("%s: %+v", row.ID, row.Soggetto)
		}
	}
	d, err := NewDettaglioQueries(pool).One(t.Context(), auditor, visuraID(4))
	if err != nil || !d.Soggetto.Mascherato || d.Timeline[1].Nota != "" {
		t.Errorf("detail %+v, %v", d, err)
	}
}

func TestTheListIsNarrowed(t *testing.T) {
	t.Parallel()
	pool := world(t)
	for name, c := range map[string]struct {
		filter Filter
		want   []int
	}{
		"by status":          {Filter{Status: []domain.Status{domain.Issued, domain.Rejected}}, []int{1, 4}},
		"by tipo":            {Filter{Tipo: []domain.Tipo{domain.Nascita}}, []int{}},
		"by Comune":          {Filter{Comune: milano}, []int{2, 5}},
		"by Ente":            {Filter{Ente: asl}, []int{3, 5}},
		"by requester":       {Filter{Requester: maria}, []int{4, 5}},
		"by subject":         {Filter{SubjectToken: "token-of-RSSMRA80A01H501U"}, []int{1, 3, 5}},
		"by practice number": {Filter{Pratica: "PR/2026/17"}, []int{1, 2, 3, 4, 5}},
		"by another number":  {Filter{Pratica: "PR/2026/18"}, []int{}},
		"by all at once":     {Filter{Comune: roma, Ente: inps, Requester: maria, Status: []domain.Status{domain.Rejected}}, []int{4}},
		"by period":          {Filter{From: morning.Add(9 * time.Second), To: morning.Add(11 * time.Second)}, []int{2, 3}},
	} {
		if diff := cmp.Diff(c.want, numbers(t, pool, ScopeOf(domain.Sistema), c.filter)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	for n := range 25 {
		l.add(string(visuraID(n).Stream()), operatore, request(roma, inps, rossi))
	}
	for i := range l.events {
		l.events[i].Meta.At = morning.Add(time.Duration(i/10) * time.Second) // many at one instant
	}
	applied(t, pool, l.all())
	queries := NewElencoQueries(pool)
	var got []domain.VisuraID
	for f := (Filter{Limit: 4}); ; {
		p, err := queries.Page(t.Context(), ScopeOf(operatore), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range p.Items {
			got = append(got, row.ID)
		}
		if len(got) == 8 { // a newer one comes in between two pages
			late := newLog()
			late.add(string(visuraID(99).Stream()), operatore, request(roma, inps, rossi))
			late.events[0].Meta.At = morning.Add(time.Hour)
			more(t, pool, late.all())
		}
		if f.Cursor = p.Next; f.Cursor == "" {
			break
		}
	}
	var want []domain.VisuraID
	for n := 24; n >= 0; n-- {
		want = append(want, visuraID(n))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, cursor := range []string{"x", "!", place{morning, "not-an-id"}.String()} {
		if _, err := queries.Page(t.Context(), ScopeOf(operatore), Filter{Cursor: cursor}); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func TestTheDetailTellsTheWholeStory(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	parties(l)
	id := visuraID(1)
	stream := string(id.Stream())
	due := morning.Add(48 * time.Hour)
	l.add(stream, operatore, request(roma, inps, rossi))
	l.add(stream, operatore, domain.ConfirmationAwaited{Due: &due})
	l.add(stream, domain.Sistema, domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: due})
	l.add(stream, domain.Sistema, domain.QueryStarted{Attempt: 1, IDOperazioneComune: "C1"})
	l.add(stream, domain.Sistema, domain.QueryDeferred{Attempt: 1, Class: domain.FailureConfiguration, Code: "EN001", RetryAt: due})
	l.add(stream, domain.Sistema, domain.QueryStarted{Attempt: 2, IDOperazioneComune: "C2"})
	l.add(stream, domain.Sistema, issued(id))
	last := l.add(stream, operatore, domain.VisuraDownloaded{})
	applied(t, pool, l.all())
	d, err := NewDettaglioQueries(pool).One(t.Context(), ScopeOf(operatore), id)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range d.Timeline {
		line := e.UtenteCodice + " " + string(e.Role) + ": " + e.Testo
		if e.Effective != nil {
			line += " dal " + e.Effective.UTC().Format(time.RFC3339)
		}
		told = append(told, line)
	}
	if diff := cmp.Diff([]string{
		"U001 standard: Richiesta di visura: Residenza",
		"U001 standard: In attesa di conferma dell'Anagrafe; il silenzio vale assenso dal 25/11/2026 alle 09:00",
		" sistema: Confermata per silenzio-assenso dal 2026-11-25T08:00:00Z",
		" sistema: Interrogazione di ANPR, tentativo 1",
		" sistema: Il collegamento del Comune con ANPR richiede un intervento (EN001); nuovo tentativo dal 25/11/2026 alle 09:00",
		" sistema: Interrogazione di ANPR, tentativo 2",
		" sistema: Visura emessa con il numero " + string(domain.NewCIUV(id)),
		"U001 standard: Documento scaricato",
	}, told); diff != "" {
		t.Error(diff)
	}
	d.Timeline = nil
	d.Document.IssuedAt, d.RequestedAt, d.UpdatedAt = d.Document.IssuedAt.UTC(), d.RequestedAt.UTC(), d.UpdatedAt.UTC()
	*d.DueAt, *d.ApprovedAt = d.DueAt.UTC(), d.ApprovedAt.UTC()
	at := l.all()[len(l.events)-8:]
	want := VisuraDettaglio{
		ID: id, Revision: 7, Position: last.String(), Status: domain.Issued, Tipo: domain.Residenza, Titolo: "Residenza",
		Comune: roma, ComuneNome: "Roma", Ente: inps, EnteDenominazione: "INPS", Requester: mario, RequesterCodice: "U001",
		Ambito: domain.Comunale, Conferma: domain.Immediata, Finalita: "pensioni", FinalitaDescrizione: "Erogazione di pensioni",
		BaseGiuridica: "L. 88/1989", NumeroPratica: "PR/2026/17", Soggetto: Soggetto{Testo: "RSSMRA80A01H501U", CodiceFiscale: "RSSMRA80A01H501U"},
		RequestedAt: at[0].Meta.At, UpdatedAt: at[7].Meta.At, DueAt: &due, Approval: domain.SilenzioAssenso, ApprovedAt: &due,
		Attempts: 2, Warnings: []string{"data parziale"},
		Document: &Documento{
			Numero: domain.NewCIUV(id), IssuedAt: morning.Add(time.Hour), SHA256: "ab01", Size: 34567, Pages: 1, Template: "1",
			IDOperazioneANPR: "A1", IDOperazioneComune: "C1", Downloads: 1,
		},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
}

func TestADocumentIsVerifiedByItsNumber(t *testing.T) {
	t.Parallel()
	queries := NewElencoQueries(world(t))
	got, err := queries.Verifica(t.Context(), domain.NewCIUV(visuraID(1)))
	got.IssuedAt = got.IssuedAt.UTC()
	want := Verifica{
		Numero: domain.NewCIUV(visuraID(1)), Tipo: domain.Residenza, Status: domain.Issued, ComuneNome: "Roma",
		EnteDenominazione: "INPS", IssuedAt: morning.Add(time.Hour), SHA256: "ab01", Size: 34567,
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := queries.Verifica(t.Context(), domain.NewCIUV(visuraID(2))); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("of a visura not issued: %v", err)
	}
}

func TestASubjectIsShownAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who    domain.Soggetto
		masked bool
		want   string
	}{
		{rossi, false, "RSSMRA80A01H501U"},
		{rossi, true, "RSS*************"},
		{bianchi, false, "BIANCHI ANNA, 03/04/1952"},
		{bianchi, true, "B****** A***"},
		{domain.Soggetto{Cognome: "Đorđević"}, true, "Đ*******"},
		{domain.Soggetto{Nome: "Ona"}, false, "ONA"},
		{domain.Soggetto{}, false, "dati cancellati"},
		{domain.Soggetto{}, true, "dati cancellati"},
	} {
		got := soggettoOf(&c.who, c.masked)
		if got.Testo != c.want {
			t.Errorf("%+v, masked %v: %q, want %q", c.who, c.masked, got.Testo, c.want)
		}
		if c.masked && (got.CodiceFiscale != "" || strings.Contains(got.Cognome+got.Nome+got.DataNascita, "i")) {
			t.Errorf("the mask is open: %+v", got)
		}
	}
}

// A neutral refusal would be worth nothing if ANPR's code beside it told the
// death.
func TestWhatANPRSaidOfAPersonIsForTheOffice(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	parties(l)
	stream := string(visuraID(1).Stream())
	l.add(stream, operatore, request(roma, inps, rossi))
	l.add(stream, domain.Sistema, domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning})
	l.add(stream, domain.Sistema, domain.VisuraNotIssuable{Reason: domain.ReasonLifeNotStated, Warnings: []string{"EN054"}, Detail: "SOGGETTO DECEDUTO"})
	applied(t, pool, l.all())
	for name, c := range map[string]struct {
		who   domain.Actor
		codes int
		words string
	}{
		"the operator":     {operatore, 0, ""},
		"their ADMIN":      {domain.Actor{Utente: maria, Role: domain.RoleAdmin, Ente: inps}, 0, ""},
		"the office":       {ufficiale, 1, "SOGGETTO DECEDUTO"},
		"whoever verifies": {domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: roma}, 1, ""},
	} {
		d, err := NewDettaglioQueries(pool).One(t.Context(), ScopeOf(c.who), visuraID(1))
		if err != nil || d.Reason != domain.ReasonLifeNotStated {
			t.Fatalf("%s: %+v, %v", name, d, err)
		}
		if last := d.Timeline[len(d.Timeline)-1]; len(d.Warnings) != c.codes || last.Nota != c.words {
			t.Errorf("%s is told %v and %q", name, d.Warnings, last.Nota)
		}
	}
}
