package projections

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// world is a few visure of several people, Enti and Comuni: which number of
// which is said beside each.
func world(t *testing.T) (*pgxpool.Pool, *enginetest.Log) {
	t.Helper()
	pool, l := pgtest.New(t), enginetest.NewLog()
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
		asked := request(v.comune, v.by.Ente, v.who)
		asked.Ufficio = map[bool]string{true: "ISEE"}[v.by.Utente == mario]
		if n == 5 {
			asked.Ambito, asked.Conferma = domain.Nazionale, domain.SilenzioAssenso
		}
		l.Add(string(visuraID(n).Stream()), v.by, asked)
	}
	l.Add(string(visuraID(1).Stream()), domain.Sistema, domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning})
	l.Add(string(visuraID(1).Stream()), domain.Sistema, issued(visuraID(1)))
	l.Add(string(visuraID(4).Stream()), domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: roma}, domain.VisuraRejected{Motivo: "altro", Testo: "parole su Anna"})
	enginetest.Apply(t, pool, l.All(), All...)
	return pool, l
}

func numbers(t *testing.T, queries *ElencoQueries, reach domain.Reach, f Filter) []int {
	t.Helper()
	p, err := queries.Page(t.Context(), reach, f)
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
	pool, l := world(t)
	list, detail := NewElencoQueries(pool, l), NewDettaglioQueries(pool, l)
	roles := []domain.RoleGiven{
		given(domain.RoleStandard, inps, roma), given(domain.RoleStandard, inps, milano), given(domain.RoleStandard, asl, roma),
		given(domain.RoleAdmin, inps, roma), given(domain.RoleAdmin, inps, milano), given(domain.RoleAdmin, asl, milano),
		given(domain.RoleTop, "", roma), given(domain.RoleAnagrafe, "", milano), given(domain.RoleAuditor, "", milano),
		given(domain.RoleAuditor, asl, ""), given(domain.RoleAuditor, inps, roma),
	}
	collected := map[string][]domain.Pair{
		"who collects at a pair all of it too":       {{Ente: inps, Comune: roma}},
		"who collects at both pairs all of the Ente": {{Ente: inps, Comune: roma}, {Ente: inps, Comune: milano}},
		"who collects for another Ente only there":   {{Ente: inps, Comune: roma}, {Ente: asl, Comune: roma}},
		"who collects where the role is not given":   {{Ente: asl, Comune: milano}},
	}
	for name, c := range map[string]struct {
		who  domain.Actor
		want []int
	}{
		"who collects at a pair all of it too":             {operatore, []int{1, 2, 4}},
		"who collects at both pairs all of the Ente":       {domain.Actor{Utente: maria, Role: domain.RoleStandard, Ente: inps}, []int{1, 2, 4}},
		"who collects for another Ente only there":         {domain.Actor{Utente: maria, Role: domain.RoleStandard, Ente: asl}, []int{3}},
		"who collects where the role is not given":         {domain.Actor{Utente: maria, Role: domain.RoleStandard, Ente: asl}, []int{}},
		"an operator their own, for the Ente they act for": {domain.Actor{Utente: mario, Role: domain.RoleStandard, Ente: inps}, []int{1, 2}},
		"the same person for another Ente":                 {domain.Actor{Utente: mario, Role: domain.RoleStandard, Ente: asl}, []int{3}},
		"another only where the role was given":            {domain.Actor{Utente: maria, Role: domain.RoleStandard, Ente: asl}, []int{}},
		"an ADMIN the Ente's, in every Comune":             {domain.Actor{Utente: capo, Role: domain.RoleAdmin, Ente: inps}, []int{1, 2, 4}},
		"an ADMIN the Ente's, where the role was given":    {domain.Actor{Utente: capo, Role: domain.RoleAdmin, Ente: asl}, []int{5}},
		"a TOP the Comune's, of every Ente":                {ufficiale, []int{1, 3, 4}},
		"an officer nothing that never awaited them":       {domain.Actor{Utente: capo, Role: domain.RoleAnagrafe, Comune: milano}, []int{}},
		"an auditor the Comune's":                          {domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: milano}, []int{2, 5}},
		"an auditor the Ente's":                            {domain.Actor{Utente: capo, Role: domain.RoleAuditor, Ente: asl}, []int{3, 5}},
		"an auditor the Ente's, whoever gave the role":     {domain.Actor{Utente: capo, Role: domain.RoleAuditor, Ente: inps}, []int{1, 2, 4}},
		"the system all":                                   {domain.Sistema, []int{1, 2, 3, 4, 5}},
		"an operator of no Ente nothing":                   {domain.Actor{Utente: mario, Role: domain.RoleStandard}, []int{}},
		"an ADMIN of no Ente nothing":                      {domain.Actor{Utente: capo, Role: domain.RoleAdmin}, []int{}},
		"a TOP of no Comune nothing":                       {domain.Actor{Utente: capo, Role: domain.RoleTop}, []int{}},
		"a TOP of another Comune nothing":                  {domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: milano}, []int{}},
		"nobody nothing":                                   {domain.Actor{}, []int{}},
	} {
		within := collecting(collected[name], c.who, roles...)
		if diff := cmp.Diff(c.want, numbers(t, list, within, Filter{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for n := 1; n <= 5; n++ {
			_, err := detail.One(t.Context(), within, visuraID(n))
			if visible := slices.Contains(c.want, n); visible && err != nil || !visible && domain.CodeOf(err) != domain.NotFound {
				t.Errorf("%s, visura %d: %v", name, n, err)
			}
		}
	}
	if got := numbers(t, list, domain.Reach{}, Filter{}); len(got) > 0 {
		t.Errorf("the zero reach sees %v", got)
	}
}

func TestAnAuditorSeesNoPerson(t *testing.T) {
	t.Parallel()
	pool, l := world(t)
	auditor := reach(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: roma}, given(domain.RoleAuditor, "", roma))
	p, err := NewElencoQueries(pool, l).Page(t.Context(), auditor, Filter{})
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
	d, err := NewDettaglioQueries(pool, l).One(t.Context(), auditor, visuraID(4))
	if err != nil || !d.Soggetto.Mascherato || d.Timeline[1].Nota != "" {
		t.Errorf("detail %+v, %v", d, err)
	}
}

func TestTheListIsNarrowed(t *testing.T) {
	t.Parallel()
	queries := NewElencoQueries(world(t))
	for name, c := range map[string]struct {
		filter Filter
		want   []int
	}{
		"by status":                   {Filter{Status: []domain.Status{domain.Issued, domain.Rejected}}, []int{1, 4}},
		"by tipo":                     {Filter{Tipo: []domain.Tipo{domain.Nascita}}, []int{}},
		"by Comune":                   {Filter{Comune: milano}, []int{2, 5}},
		"by Ente":                     {Filter{Ente: asl}, []int{3, 5}},
		"by office":                   {Filter{Ufficio: "ISEE"}, []int{1, 2, 3}},
		"by another office":           {Filter{Ufficio: "CASA"}, []int{}},
		"by requester":                {Filter{Requester: maria}, []int{4, 5}},
		"by subject":                  {Filter{SubjectToken: token(rossi)}, []int{1, 3, 5}},
		"by practice number":          {Filter{Pratica: "PR/2026/17"}, []int{1, 2, 3, 4, 5}},
		"by another number":           {Filter{Pratica: "PR/2026/18"}, []int{}},
		"by all at once":              {Filter{Comune: roma, Ente: inps, Requester: maria, Status: []domain.Status{domain.Rejected}}, []int{4}},
		"by several statuses of many": {Filter{Comune: roma, Status: []domain.Status{domain.InProgress, domain.Rejected, domain.Issued}}, []int{1, 3, 4}},
		"by one status, twice":        {Filter{Status: []domain.Status{domain.Rejected, domain.Rejected}}, []int{4}},
		"by one status":               {Filter{Status: []domain.Status{domain.Rejected}}, []int{4}},
		"by what nobody has obtained": {Filter{ToDownload: true}, []int{1}},
		"by several types":            {Filter{Tipo: []domain.Tipo{domain.Nascita, domain.Residenza}}, []int{1, 2, 3, 4, 5}},
		"by operator":                 {Filter{Operatore: "U002"}, []int{4, 5}},
		"by nobody's code":            {Filter{Operatore: "U-00000-00000"}, []int{}},
		"by how far was asked":        {Filter{Ambito: domain.Nazionale}, []int{5}},
		"by how far was not asked":    {Filter{Ambito: domain.Comunale}, []int{1, 2, 3, 4}},
		"by the mode":                 {Filter{Conferma: domain.SilenzioAssenso}, []int{5}},
		"by the mode of most":         {Filter{Conferma: domain.Immediata}, []int{1, 2, 3, 4}},
		"by document number":          {Filter{Numero: numero(visuraID(1))}, []int{1}},
		"by period":                   {Filter{From: morning.Add(9 * time.Second), To: morning.Add(11 * time.Second)}, []int{2, 3}},
	} {
		if diff := cmp.Diff(c.want, numbers(t, queries, everything, c.filter)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if counts, err := queries.Counts(t.Context(), everything, 100, c.filter); err != nil || counts[0] != len(c.want) {
			t.Errorf("%s: %v are counted, %v", name, counts, err)
		}
	}
}

// Several statuses, each of which is read by itself, are one list: paged forwards and back it
// is what it is at once.
func TestSeveralStatusesArePagedAsOneList(t *testing.T) {
	t.Parallel()
	queries := NewElencoQueries(world(t))
	f := Filter{Status: []domain.Status{domain.InProgress, domain.Issued, domain.Rejected}, Limit: 2}
	var there, back []domain.VisuraID
	for {
		p, err := queries.Page(t.Context(), everything, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range p.Items {
			there = append(there, row.ID)
		}
		if p.Next == "" {
			f.Cursor, f.Newer = "", p.Previous
			back = append(back, there[len(there)-len(p.Items):]...)
			break
		}
		f.Cursor = p.Next
	}
	for f.Newer != "" {
		p, err := queries.Page(t.Context(), everything, f)
		if err != nil {
			t.Fatal(err)
		}
		var ids []domain.VisuraID
		for _, row := range p.Items {
			ids = append(ids, row.ID)
		}
		back, f.Newer = append(ids, back...), p.Previous
	}
	want := []domain.VisuraID{visuraID(5), visuraID(4), visuraID(3), visuraID(2), visuraID(1)}
	if diff := cmp.Diff([][]domain.VisuraID{want, want}, [][]domain.VisuraID{there, back}); diff != "" {
		t.Error(diff)
	}
}

func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	for n := range 25 {
		l.Add(string(visuraID(n).Stream()), operatore, request(roma, inps, rossi))
	}
	events := l.All()
	for i := range events {
		events[i].Meta.At = morning.Add(time.Duration(i/10) * time.Second) // many at one instant
	}
	enginetest.Apply(t, pool, events, All...)
	queries := NewElencoQueries(pool, l)
	var got []domain.VisuraID
	for f := (Filter{Limit: 4}); ; {
		p, err := queries.Page(t.Context(), theirs, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range p.Items {
			got = append(got, row.ID)
		}
		if len(got) == 8 { // a newer one comes in between two pages
			l.Add(string(visuraID(99).Stream()), operatore, request(roma, inps, rossi))
			late := l.All()[len(events):]
			late[0].Meta.At = morning.Add(time.Hour)
			enginetest.Apply(t, pool, late, All...)
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
	for _, cursor := range []string{
		"x", "!", place{morning, "not-an-id"}.String(),
		place{time.UnixMicro(lastMicro + 1), visuraID(1)}.String(), place{time.UnixMicro(-1), visuraID(1)}.String(),
	} {
		if _, err := queries.Page(t.Context(), theirs, Filter{Cursor: cursor}); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func TestTheDetailTellsTheWholeStory(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	id := visuraID(1)
	stream := string(id.Stream())
	due := morning.Add(48 * time.Hour)
	l.Add(stream, operatore, request(roma, inps, rossi))
	l.Add(stream, operatore, domain.ConfirmationAwaited{Due: &due})
	l.Add(stream, domain.Sistema, domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: due})
	l.Add(stream, domain.Sistema, domain.QueryStarted{Attempt: 1, IDOperazioneComune: "C1"})
	l.Add(stream, domain.Sistema, domain.QueryDeferred{Attempt: 1, Class: domain.FailureConfiguration, Code: "EN001", RetryAt: due})
	l.Add(stream, domain.Sistema, domain.QueryStarted{Attempt: 2, IDOperazioneComune: "C2"})
	l.Add(stream, domain.Sistema, issued(id))
	last := l.Add(stream, operatore, domain.VisuraDownloaded{})
	enginetest.Apply(t, pool, l.All(), All...)
	d, err := NewDettaglioQueries(pool, l).One(t.Context(), theirs, id)
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
		" sistema: Visura emessa con il numero " + string(numero(id)),
		"U001 standard: Documento scaricato",
	}, told); diff != "" {
		t.Error(diff)
	}
	d.Timeline = nil
	d.Document.IssuedAt, d.RequestedAt, d.UpdatedAt = d.Document.IssuedAt.UTC(), d.RequestedAt.UTC(), d.UpdatedAt.UTC()
	*d.DueAt, *d.ApprovedAt = d.DueAt.UTC(), d.ApprovedAt.UTC()
	at := l.All()[len(l.All())-8:]
	want := VisuraDettaglio{
		ID: id, Revision: 7, Position: last.String(), Status: domain.Issued, Tipo: domain.Residenza, Titolo: "Residenza",
		Comune: roma, ComuneNome: "Roma", Ente: inps, EnteDenominazione: "INPS", Requester: mario, RequesterCodice: "U001",
		Ambito: domain.Comunale, Conferma: domain.Immediata, Finalita: "pensioni", FinalitaDescrizione: "Erogazione di pensioni",
		BaseGiuridica: "L. 88/1989", NumeroPratica: "PR/2026/17", Soggetto: Soggetto{Testo: "RSSMRA80A01H501U", CodiceFiscale: "RSSMRA80A01H501U"},
		RequestedAt: at[0].Meta.At, UpdatedAt: at[7].Meta.At, DueAt: &due, Approval: domain.SilenzioAssenso, ApprovedAt: &due,
		Attempts: 2, Warnings: []string{"data parziale"},
		Document: &Documento{
			Numero: numero(id), NumeroPratica: "PR/2026/17", IssuedAt: morning.Add(time.Hour), SHA256: "ab01", Size: 34567, Pages: 1, Template: "1",
			IDOperazioneANPR: "A1", IDOperazioneComune: "C1", Downloads: 1,
		},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
}

// Who sees a visura is told under which act it was asked for and from which workstation,
// whatever became of them since.
func TestAVisuraNamesItsActAndItsWorkstation(t *testing.T) {
	t.Parallel()
	stream, end := string(domain.ConvenzioneIDOf(inpsRoma).Stream()), domain.Date{Year: 2027, Month: 12, Day: 31}
	renewed := atto(inpsRoma, "Prot. 9", end)
	renewed.Tipo = domain.AttoAutorizzazione
	asked := func(numero int) domain.VisuraRequested {
		e := request(roma, inps, rossi)
		e.Convenzione, e.Atto = domain.ConvenzioneIDOf(inpsRoma), numero
		return e
	}
	seated := operatore
	seated.Postazione = string(banco)
	pool, l := town(t,
		done{string(visuraID(1).Stream()), seated, asked(1)},
		done{stream, topDiRoma, renewed},
		done{stream, topDiRoma, domain.ConvenzioneActivated{Numero: 2, Al: end}},
		done{string(visuraID(2).Stream()), operatore, asked(2)},
		done{string(visuraID(2).Stream()), seated, domain.VisuraDownloaded{}},
		done{string(visuraID(3).Stream()), operatore, asked(3)},
		done{stream, topDiRoma, domain.ConvenzioneEnded{Motivo: "recesso"}},
		done{string(banco.Stream()), topDiRoma, domain.PostazioneRevoked{Comune: roma}},
	)
	q := NewDettaglioQueries(pool, l)
	first := &AttoRichiesta{Numero: 1, Tipo: domain.AttoConvenzione, Titolo: "Convenzione", Estremi: "Prot. 1"}
	second := &AttoRichiesta{Numero: 2, Tipo: domain.AttoAutorizzazione, Titolo: "Autorizzazione interna", Estremi: "Prot. 9"}
	for name, c := range map[string]struct {
		id         domain.VisuraID
		atto       *AttoRichiesta
		postazione domain.PostazioneID
		nome       string
	}{
		"of the act in force then":         {visuraID(1), first, banco, "Banco 1"},
		"renewed since, from no device":    {visuraID(2), second, "", ""},
		"the act not known yet is no harm": {visuraID(3), nil, "", ""},
	} {
		for who, reach := range map[string]domain.Reach{"the requester": mariosOwn, "their ADMIN": ofInpsRoma, "the Comune": theOffice, "its auditor": auditorRoma} {
			d, err := q.One(t.Context(), reach, c.id)
			if diff := cmp.Diff(c.atto, d.Atto); err != nil || diff != "" || d.Postazione != c.postazione || d.PostazioneNome != c.nome {
				t.Errorf("%s, to %s: from %q %q, %v\n%s", name, who, d.Postazione, d.PostazioneNome, err, diff)
			}
		}
	}
	if _, err := q.One(t.Context(), ofAslRoma, visuraID(1)); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another Ente's: %v", err)
	}
}

func TestADocumentIsVerifiedByItsNumber(t *testing.T) {
	t.Parallel()
	queries := NewElencoQueries(world(t))
	got, err := queries.Verifica(t.Context(), numero(visuraID(1)))
	got.IssuedAt = got.IssuedAt.UTC()
	want := Verifica{
		Numero: numero(visuraID(1)), Tipo: domain.Residenza, Status: domain.Issued, ComuneNome: "Roma",
		EnteDenominazione: "INPS", IssuedAt: morning.Add(time.Hour), SHA256: "ab01", Size: 34567, Ambiente: domain.Prova,
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := queries.Verifica(t.Context(), numero(visuraID(2))); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("of a visura not issued: %v", err)
	}
}

func TestARevokedDocumentIsSaidToBe(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	issue(l, 1)
	stream := string(visuraID(1).Stream())
	l.Add(stream, operatore, domain.VisuraDownloaded{})
	l.Add(stream, ufficiale, domain.VisuraRevoked{Motivo: "dati_errati", Testo: "l'indirizzo è di un omonimo"})
	l.Add(stream, domain.Sistema, domain.RevocationAnnounced{Utenti: []domain.UtenteID{mario, maria}})
	issue(l, 2)
	enginetest.Apply(t, pool, l.All(), All...)
	revoked := l.All()[len(l.All())-6].Meta.At
	list, details := NewElencoQueries(pool, l), NewDettaglioQueries(pool, l)
	if v, err := list.Verifica(t.Context(), numero(visuraID(1))); err != nil || v.Status != domain.Revoked || v.RevokedAt == nil || !v.RevokedAt.Equal(revoked) || v.SHA256 != "ab01" {
		t.Errorf("its number: %+v, %v", v, err)
	}
	if v, err := list.Verifica(t.Context(), numero(visuraID(2))); err != nil || v.Status != domain.Issued || v.RevokedAt != nil {
		t.Errorf("another: %+v, %v", v, err)
	}
	if got := numbers(t, list, theirs, Filter{Status: []domain.Status{domain.Revoked}}); !slices.Equal(got, []int{1}) {
		t.Errorf("revoked: %v", got)
	}
	if got := numbers(t, list, theirs, Filter{ToDownload: true}); !slices.Equal(got, []int{2}) {
		t.Errorf("to download: %v", got)
	}
	d, err := details.One(t.Context(), theirs, visuraID(1))
	if err != nil || d.Status != domain.Revoked || d.Document == nil || d.Document.Downloads != 1 || d.Revocation == nil || !d.Revocation.At.Equal(revoked) ||
		d.Revocation.Motivo != "dati_errati" || d.Revocation.Testo != "Il documento riporta dati che non corrispondono a quelli dell'anagrafe" {
		t.Errorf("its detail: %+v, %v", d, err)
	}
	told := d.Timeline[len(d.Timeline)-2:]
	if told[0].Testo != "Revocata dall'Anagrafe: "+d.Revocation.Testo || told[0].Nota != "l'indirizzo è di un omonimo" || told[1].Testo != "Revoca: avvisate per posta elettronica 2 persone" {
		t.Errorf("its story ends with %+v", told)
	}
	auditor := reach(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: roma}, given(domain.RoleAuditor, "", roma))
	if d, err = details.One(t.Context(), auditor, visuraID(1)); err != nil || d.Timeline[len(d.Timeline)-2].Nota != "" {
		t.Errorf("an auditor reads words: %+v, %v", d.Timeline, err)
	}
	if d, err = details.One(t.Context(), theirs, visuraID(2)); err != nil || d.Revocation != nil {
		t.Errorf("another: %+v, %v", d.Revocation, err)
	}
}

func TestACorrectedPracticeIsFoundByBothNumbers(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	issue(l, 1)
	issue(l, 2)
	correct := func(n int, from, to string) {
		l.Add(string(visuraID(n).Stream()), operatore, domain.PracticeCorrected{Precedente: from, NumeroPratica: to})
	}
	correct(1, "PR/2026/17", "PR/2026/18")
	correct(1, "PR/2026/18", "PR/2026/19")
	enginetest.Apply(t, pool, l.All(), All...)
	enginetest.Apply(t, pool, l.All(), All...) // events that come again add nothing
	list, details := NewElencoQueries(pool, l), NewDettaglioQueries(pool, l)
	for pratica, want := range map[string][]int{"PR/2026/17": {1, 2}, "PR/2026/18": {1}, "PR/2026/19": {1}, "PR/2026/1": {}, "PR/2026/20": {}} {
		if got := numbers(t, list, theirs, Filter{Pratica: pratica}); !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", pratica, got, want)
		}
	}
	p, err := list.Page(t.Context(), theirs, Filter{Pratica: "PR/2026/19"})
	if err != nil || p.Items[0].NumeroPratica != "PR/2026/19" || !slices.Equal(p.Items[0].NumeriPrecedenti, []string{"PR/2026/17", "PR/2026/18"}) {
		t.Errorf("%+v, %v", p, err)
	}
	d, err := details.One(t.Context(), theirs, visuraID(1))
	if err != nil || d.NumeroPratica != "PR/2026/19" || !slices.Equal(d.NumeriPrecedenti, []string{"PR/2026/17", "PR/2026/18"}) || d.Document.NumeroPratica != "PR/2026/17" {
		t.Errorf("%+v, %v", d, err)
	}
	if told := d.Timeline[len(d.Timeline)-1].Testo; told != "Numero di pratica corretto: da PR/2026/18 a PR/2026/19" {
		t.Error(told)
	}
	if d, err = details.One(t.Context(), theirs, visuraID(2)); err != nil || d.Document.NumeroPratica != "PR/2026/17" || len(d.NumeriPrecedenti) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	if other := numbers(t, list, reach(domain.Actor{Utente: maria, Role: domain.RoleStandard, Ente: inps}, given(domain.RoleStandard, inps, roma)), Filter{Pratica: "PR/2026/18"}); len(other) > 0 {
		t.Errorf("somebody else finds %v", other)
	}
}

func TestThePrintedNumberIsTheOneTheDocumentWasMadeWith(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	stream, made := string(visuraID(1).Stream()), issued(visuraID(1))
	made.NumeroPratica = "PR/2026/18"
	for _, e := range []domain.Event{
		request(roma, inps, rossi), domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning}, domain.PracticeCorrected{Precedente: "PR/2026/17", NumeroPratica: "PR/2026/18"},
		domain.QueryStarted{Attempt: 1}, domain.PracticeCorrected{Precedente: "PR/2026/18", NumeroPratica: "PR/2026/19"}, made,
	} {
		l.Add(stream, operatore, e)
	}
	enginetest.Apply(t, pool, l.All(), All...)
	if d, err := NewDettaglioQueries(pool, l).One(t.Context(), theirs, visuraID(1)); err != nil || d.NumeroPratica != "PR/2026/19" || d.Document.NumeroPratica != "PR/2026/18" {
		t.Errorf("%+v, %v", d, err)
	}
}

// An officer sees what awaited confirmation, whatever became of it, what they revoked, and
// with its number the one they have at hand; of what went before a request they are told all
// the same.
func TestAnOfficerSeesWhatTheyDecideOn(t *testing.T) {
	t.Parallel()
	pool, l := world(t)
	officer := domain.Actor{Utente: capo, Role: domain.RoleAnagrafe, Comune: roma}
	stream := string(visuraID(3).Stream())
	l.Add(stream, domain.Sistema, domain.ConfirmationAwaited{})
	l.Add(stream, ufficiale, domain.VisuraRejected{Motivo: "altro", Testo: "no"})
	for n, by := range map[int]domain.Actor{6: officer, 7: {Utente: maria, Role: domain.RoleTop, Comune: roma}} {
		issue(l, n)
		l.Add(string(visuraID(n).Stream()), by, domain.VisuraRevoked{Motivo: "dati_errati"})
	}
	enginetest.Apply(t, pool, l.All(), All...)
	list, details := NewElencoQueries(pool, l), NewDettaglioQueries(pool, l)
	within := reach(officer, given(domain.RoleAnagrafe, "", roma))
	for name, c := range map[string]struct {
		f    Filter
		want []int
	}{
		"what is theirs":                     {Filter{}, []int{3, 6}},
		"and what they have at hand":         {Filter{Numero: numero(visuraID(1))}, []int{1}},
		"also what somebody else revoked":    {Filter{Numero: numero(visuraID(7))}, []int{7}},
		"of another number what is no other": {Filter{Numero: numero(visuraID(2))}, []int{}},
	} {
		if diff := cmp.Diff(c.want, numbers(t, list, within, c.f)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, c := range []struct {
		with domain.CIUV
		n    int
		sees bool
	}{{"", 1, false}, {"", 3, true}, {"", 6, true}, {"", 7, false}, {numero(visuraID(1)), 1, true}, {numero(visuraID(1)), 7, false}} {
		if _, err := details.One(t.Context(), within.Holding(c.with), visuraID(c.n)); c.sees != (err == nil) || !c.sees && domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%d, with %q at hand: %v", c.n, c.with, err)
		}
	}
	if id, err := list.Numbered(t.Context(), within, numero(visuraID(1))); err != nil || id != visuraID(1) {
		t.Errorf("the number leads to %s, %v", id, err)
	}
	before, err := list.Before(t.Context(), within, visuraID(3), morning.Add(-time.Hour), 5)
	if err != nil || !slices.ContainsFunc(before.Precedenti, func(p Precedente) bool { return p.ID == visuraID(1) && !p.Aperta }) ||
		!slices.ContainsFunc(before.Precedenti, func(p Precedente) bool { return p.ID == visuraID(6) && p.Aperta }) {
		t.Errorf("before it: %+v, %v", before, err)
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
		got := shown(c.who, c.masked)
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
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	stream := string(visuraID(1).Stream())
	l.Add(stream, operatore, request(roma, inps, rossi))
	l.Add(stream, domain.Sistema, domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning})
	l.Add(stream, domain.Sistema, domain.VisuraNotIssuable{Reason: domain.ReasonLifeNotStated, Warnings: []string{"EN054"}, Detail: "SOGGETTO DECEDUTO"})
	enginetest.Apply(t, pool, l.All(), All...)
	for name, c := range map[string]struct {
		who   domain.Reach
		codes int
		words string
	}{
		"the operator": {theirs, 0, ""},
		"their ADMIN":  {reach(domain.Actor{Utente: maria, Role: domain.RoleAdmin, Ente: inps}, given(domain.RoleAdmin, inps, roma)), 0, ""},
		"the office":   {theOffice, 1, "SOGGETTO DECEDUTO"},
		"whoever verifies": {
			reach(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: roma}, given(domain.RoleAuditor, "", roma)), 1, "",
		},
	} {
		d, err := NewDettaglioQueries(pool, l).One(t.Context(), c.who, visuraID(1))
		if err != nil || d.Reason != domain.ReasonLifeNotStated {
			t.Fatalf("%s: %+v, %v", name, d, err)
		}
		if last := d.Timeline[len(d.Timeline)-1]; len(d.Warnings) != c.codes || last.Nota != c.words {
			t.Errorf("%s is told %v and %q", name, d.Warnings, last.Nota)
		}
	}
}

func TestThePersonFoundReplacesThePersonAsked(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	anagrafe := domain.Soggetto{CodiceFiscale: "BNCNNA52D43H501A"} // of Bianchi, as ANPR knows her
	for n, story := range [][]domain.Event{
		1: {request(roma, inps, bianchi), found(visuraID(1), anagrafe)},                            // asked by name
		2: {request(roma, inps, anagrafe), found(visuraID(2), anagrafe)},                           // by codice fiscale
		3: {request(roma, inps, rossi), found(visuraID(3), anagrafe)},                              // by an old code
		4: {request(roma, inps, bianchi), domain.VisuraNotIssuable{SubjectToken: token(anagrafe)}}, // found, no document
		5: {request(roma, inps, bianchi), domain.VisuraNotIssuable{Reason: domain.ReasonSeveralSubjects}},
		6: {request(roma, inps, bianchi)},
	} {
		for _, e := range story {
			l.Add(string(visuraID(n).Stream()), operatore, e)
		}
	}
	r, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, r, l.Head())
	queries := NewElencoQueries(pool, l)
	for _, when := range []string{"live", "rebuilt"} {
		for who, c := range map[string]struct {
			token string
			want  []int
		}{
			"the person found":                  {token(anagrafe), []int{1, 2, 3, 4}},
			"the person asked, nobody found":    {token(bianchi), []int{5, 6}},
			"the old code of a person found":    {token(rossi), []int{}},
			"somebody of whom nothing is known": {"token-of-nobody", []int{}},
		} {
			if diff := cmp.Diff(c.want, numbers(t, queries, everything, Filter{SubjectToken: c.token})); diff != "" {
				t.Errorf("%s, %s:\n%s", when, who, diff)
			}
		}
		rebuildAll(t, r)
	}
}

// found issues a document about a person that ANPR found.
func found(id domain.VisuraID, s domain.Soggetto) domain.VisuraIssued {
	e := issued(id)
	e.SubjectToken = token(s)
	return e
}

func TestTwoDocumentsWithOneNumberStopNoReadModel(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	issue(l, 1)
	l.Add(string(visuraID(2).Stream()), operatore, request(roma, inps, bianchi))
	l.Add(string(visuraID(2).Stream()), domain.Sistema, issued(visuraID(1)))
	r, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, r, issue(l, 3))
	rebuildAll(t, r)
	for _, h := range r.Health() {
		if !h.Well() {
			t.Errorf("health %+v", h)
		}
	}
	queries := NewElencoQueries(pool, l)
	if v, err := queries.Verifica(t.Context(), numero(visuraID(1))); domain.CodeOf(err) != domain.Conflict || v != (Verifica{}) {
		t.Errorf("the number of two: %+v, %v", v, err)
	}
	if v, err := queries.Verifica(t.Context(), numero(visuraID(3))); err != nil || v.Numero != numero(visuraID(3)) {
		t.Errorf("the number of one: %+v, %v", v, err)
	}
}

// asked is an opener that remembers what it was to open.
type asked struct {
	Opener
	boxes []string
}

func (a *asked) Open(ctx context.Context, sealed []domain.Sealed) ([][]byte, error) {
	for _, s := range sealed {
		if s.Box != "" {
			a.boxes = append(a.boxes, s.Box)
		}
	}
	return a.Opener.Open(ctx, sealed)
}

func TestWhatIsNotShownIsNotOpened(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	for n, words := range []domain.Event{
		1: domain.VisuraRejected{Motivo: "altro", Testo: "parole dell'ufficio"},
		2: domain.VisuraNotIssuable{Reason: domain.ReasonLifeNotStated, Detail: "SOGGETTO DECEDUTO"},
	} {
		if words == nil {
			continue
		}
		l.Add(string(visuraID(n).Stream()), operatore, request(roma, inps, rossi))
		l.Add(string(visuraID(n).Stream()), ufficiale, words)
	}
	enginetest.Apply(t, pool, l.All(), All...)
	ofEnte := reach(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Ente: inps}, given(domain.RoleAuditor, inps, ""))
	for name, c := range map[string]struct {
		who           domain.Reach
		rejected, not bool // whether the words of either are opened
	}{
		"the office":               {theOffice, true, true},
		"the operator":             {theirs, true, false},
		"an auditor of the Ente":   {ofEnte, false, false},
		"an auditor of a Comune":   {reach(domain.Actor{Role: domain.RoleAuditor, Comune: roma}, given(domain.RoleAuditor, "", roma)), false, false},
		"the system":               {everything, true, true},
		"one who sees no such row": {domain.Reach{}, false, false},
	} {
		for n, opened := range map[int]bool{1: c.rejected, 2: c.not} {
			opener := &asked{Opener: l}
			d, err := NewDettaglioQueries(pool, opener).One(t.Context(), c.who, visuraID(n))
			if err != nil && domain.CodeOf(err) != domain.NotFound {
				t.Fatal(err)
			}
			words := sealedBy(t, l, visuraID(n), 1).Box
			if got := slices.Contains(opener.boxes, words); got != opened {
				t.Errorf("%s, visura %d: the words are opened: %v", name, n, got)
			}
			if err == nil && (d.Timeline[1].Nota != "") != opened {
				t.Errorf("%s, visura %d: is told %q", name, n, d.Timeline[1].Nota)
			}
			if err != nil && len(opener.boxes) > 0 {
				t.Errorf("%s, visura %d: opened for who does not see it", name, n)
			}
		}
	}
}

// As soon as the key is gone, whether or not the rows know it yet.
func TestAnErasedPersonIsShownAsErased(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	issue(l, 1)
	issue(l, 2)
	r, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, r, l.Head())
	list, detail := NewElencoQueries(pool, l), NewDettaglioQueries(pool, l)
	shown := func(when string, who domain.Reach) {
		p, err := list.Page(t.Context(), who, Filter{})
		if err != nil || len(p.Items) != 2 {
			t.Fatalf("%s: %+v, %v", when, p, err)
		}
		if erased := p.Items[1].Soggetto; erased != (Soggetto{Testo: "dati cancellati", Cancellato: true}) {
			t.Errorf("%s, in the list: %+v", when, erased)
		}
		if other := p.Items[0].Soggetto; other.Cancellato {
			t.Errorf("%s, the other: %+v", when, other)
		}
		d, err := detail.One(t.Context(), who, visuraID(1))
		if err != nil || d.Soggetto != (Soggetto{Testo: "dati cancellati", Cancellato: true}) {
			t.Errorf("%s, in the detail: %+v, %v", when, d.Soggetto, err)
		}
	}
	auditor := reach(domain.Actor{Role: domain.RoleAuditor, Comune: roma}, given(domain.RoleAuditor, "", roma))
	l.Forget(visuraID(1))
	shown("the key is gone", theirs)
	shown("the key is gone, masked", auditor)
	enginetest.Await(t, r, l.Add(string(visuraID(1).Stream()), domain.Sistema, domain.VisuraErased{Basis: "termine"}))
	shown("the rows know", theirs)
	shown("the rows know, masked", auditor)
	if got := numbers(t, list, everything, Filter{SubjectToken: token(rossi)}); !slices.Equal(got, []int{2}) {
		t.Errorf("a search for the person finds %v", got)
	}
}
