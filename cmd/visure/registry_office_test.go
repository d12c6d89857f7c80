package main

import (
	"cmp"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// registryOffice is the demo's Comune without its stores: a request goes through
// the command, the client of the registry, Compose and the printer.
type registryOffice struct {
	now     time.Time
	kit     *pki.Kit
	keys    string
	printer *pdf.Renderer
	parties domain.Parties
	actor   domain.Standing
	meta    domain.Meta
}

// newRegistryOffice opens the office on the day the cases are about.
func newRegistryOffice(t *testing.T) *registryOffice {
	t.Helper()
	o := &registryOffice{now: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC), keys: filepath.Join(t.TempDir(), "keys")}
	var err error
	if o.kit, err = pki.OpenKit(filepath.Join(t.TempDir(), "simulator"), "", string(demoComune)); err != nil {
		t.Fatal(err)
	}
	if err := deliverKeys(o.kit, o.keys); err != nil {
		t.Fatal(err)
	}
	if o.printer, err = pdf.New(nil); err != nil {
		t.Fatal(err)
	}
	o.settle()
	return o
}

// settle enters who asks whom, and under which agreement.
func (o *registryOffice) settle() {
	const (
		ente    = domain.EnteID("0c9b7f6e-1d2a-4b3c-8d4e-5f6a7b8c9d0e")
		profile = domain.ProfileID("b2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d6e")
		utente  = domain.UtenteID("6a0e5a52-6a3c-4c27-8a44-0b1f6f3d7e11")
	)
	immediately := domain.Modo{Conferma: domain.Immediata}
	o.meta = domain.Meta{At: o.now, By: domain.Actor{Utente: utente, Role: domain.RoleStandard, Ente: ente}}
	o.parties = domain.Parties{
		Comune: domain.Comune{}.Evolve(domain.ComuneRegistered{ISTAT: demoComune, Nome: "Bagnacavallo", Provincia: "RA", Ufficio: "Ufficio Anagrafe"}, o.meta).
			Evolve(domain.NazionaleEnabled{Testo: "controlli sulle dichiarazioni sostitutive", Atto: "D.G.C. n. 3", Data: domain.Date{Year: 2026, Month: 1, Day: 15}}, o.meta),
		Ente: domain.Ente{}.Evolve(domain.EnteRegistered{Denominazione: "Azienda Casa della Romagna", CodiceIPA: "acr_ra"}, o.meta),
		Convenzione: domain.Convenzione{}.Evolve(domain.ConvenzioneDrafted{
			Ente: ente, Comune: demoComune, Tipo: domain.AttoConvenzione, Estremi: "Rep. 118 del 12/01/2026",
			Dal: domain.Date{Year: 2026, Month: 1, Day: 1}, Al: domain.Date{Year: 2026, Month: 12, Day: 31},
			Finalita: []domain.Finalita{{Codice: "TRIBUTI", Descrizione: "Accertamenti in materia di tributi locali", BaseGiuridica: "art. 1, comma 179, L. 296/2006"}},
			Massimo:  domain.Massimo{Tipi: documento.Tipi(), Nazionale: immediately},
		}, o.meta).Evolve(domain.ConvenzioneActivated{Numero: 1}, o.meta),
		Profiles: []domain.NamedProfile{{ID: profile, Profile: domain.Profile{}.Evolve(domain.ProfileDefined{
			Comune: demoComune, Nome: "Tributi", Tipi: domain.Concessi(documento.Tipi(), immediately),
		}, o.meta)}},
	}
	o.actor = domain.Standing{Utente: domain.Utente{}.Evolve(domain.UtenteRegistered{Codice: "U0042"}, o.meta).
		Evolve(domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: demoComune}, o.meta).
		Evolve(domain.ProfileAssigned{Ente: ente, Comune: demoComune, Profile: profile}, o.meta).
		Evolve(domain.NazionaleGranted{Ente: ente, Comune: demoComune, Profile: profile}, o.meta).
		Evolve(domain.InstructionsAccepted{Comune: demoComune}, o.meta)}
}

// played is what became of a request.
type played struct {
	status   domain.Status
	reason   string
	warnings []string
	text     string   // of the document, as pdftotext reads it
	asked    []string // the questions to the registry
	detail   string   // an error, for who reads the test
}

// play asks for a case's document, of a registry that answers with its files.
func (o *registryOffice) play(t *testing.T, c registryCase) played {
	t.Helper()
	r := newScriptedRegistry(t, c)
	p := o.ask(t, c, o.client(t, r.URL, r.Certificate()))
	p.asked = r.questions()
	return p
}

// ask asks a registry for a case's document and prints it.
func (o *registryOffice) ask(t *testing.T, c registryCase, registry *anpr.Client) played {
	t.Helper()
	doc, p := o.document(t, c, registry)
	if p.status == domain.Issued {
		p.text = o.print(t, doc)
	}
	return p
}

// document asks a registry for a case's document. Several may be asked for at
// once, each under an id of its own.
func (o *registryOffice) document(t *testing.T, c registryCase, registry *anpr.Client) (documento.Documento, played) {
	t.Helper()
	request := commands.RequestVisura{
		Comune: string(demoComune), Tipo: string(c.Tipo), Ambito: string(c.Ambito), Soggetto: c.Soggetto,
		Finalita: "TRIBUTI", NumeroPratica: "2026/000123",
	}
	given := commands.Given[domain.Visura]{
		ID: cmp.Or(c.id, "3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b"), Actor: o.actor, Parties: o.parties, Meta: o.meta,
		Keyed: commands.Keyed{SubjectToken: "k", Numero: "EPPC-R04J-ZV0G-2BEM1"},
	}
	events, err := request.Decide(given)
	var no *domain.Error
	switch {
	case errors.As(err, &no):
		return documento.Documento{}, played{status: refused, reason: no.Field, detail: no.Message}
	case err != nil:
		t.Error(err)
		return documento.Documento{}, played{}
	}
	visura := domain.Visura{}
	for _, e := range events {
		visura = visura.Evolve(e, o.meta)
	}
	if c.Ambito == domain.Nazionale { // the answers are about who is not of the Comune
		beyond := *visura.Query
		beyond.Ambito = domain.Nazionale
		visura = visura.Evolve(domain.NotResident{Attempt: 1}, o.meta).Evolve(beyond, o.meta)
	}
	return o.compose(t, c, registry, documento.Case{
		ID: domain.VisuraID(given.ID), Visura: visura, Comune: o.parties.Comune, Ente: o.parties.Ente, Atto: o.parties.Convenzione.Last(),
		Utente: o.actor.Utente, Day: domain.ItalianDay(o.now), IssuedAt: domain.ItalianTime(o.now), VerifyURL: "https://visure.example/verifica/x",
		Ambiente: domain.Produzione, // the answers are as the registry gives them
	})
}

// compose asks the registry and makes of its answer what the emission does.
func (o *registryOffice) compose(t *testing.T, c registryCase, registry *anpr.Client, asked documento.Case) (doc documento.Documento, p played) {
	t.Helper()
	entry, _ := documento.Lookup(c.Tipo)
	storico := domain.Storico6001
	if c.Walk {
		storico = domain.StoricoWalk
	}
	answer, err := registry.Consult(t.Context(), commands.Query{
		IDOperazione: asked.Visura.Query.IDOperazioneComune, Comune: demoComune, Soggetto: asked.Visura.Request.Soggetto, Entry: entry,
		Collegamento: domain.ComuneConnected{TipoInvio: "TEST", Keystore: string(demoComune) + "-CO-9999", Operatore: domain.CodiceFiscale(people.Operator(string(demoComune))), Storico: storico},
		Ambito:       asked.Visura.Query.Ambito, Richiedente: asked.Ente.Denominazione, Pratica: "2026-000123", Day: asked.Day, At: o.now,
	})
	var failed *commands.AnagrafeError
	switch {
	case errors.As(err, &failed) && failed.Class == domain.FailureFinal:
		p.status, p.reason, p.detail = domain.NotIssuable, cmp.Or(failed.Reason, documento.ReasonOf(c.Tipo, failed.Codes)), err.Error()
		return doc, p
	case errors.As(err, &failed):
		p.status, p.detail = domain.Status(failed.Class), err.Error()
		return doc, p
	case err != nil:
		t.Error(err)
		return doc, p
	}
	asked.Scheda = answer
	doc, warnings, refusal := documento.Compose(asked)
	if refusal != nil {
		p.status, p.reason = domain.NotIssuable, refusal.Code
		return doc, p
	}
	for _, w := range warnings {
		p.warnings = append(p.warnings, w.Code)
	}
	p.status = domain.Issued
	return doc, p
}

// print returns the text of the printed document.
func (o *registryOffice) print(t *testing.T, doc documento.Documento) string {
	t.Helper()
	content, _, err := o.printer.Render(doc)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return tool(t, "pdftotext", "-layout", file, "-")
}

// client returns a client that asks the registry at an address, whose
// certificate it trusts.
func (o *registryOffice) client(t *testing.T, url string, ca *x509.Certificate) *anpr.Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	client, err := anpr.New(anpr.Config{
		BaseURL: map[string]string{"TEST": url}, RootCAs: roots, Keystores: o.keys, Clock: func() time.Time { return o.now },
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// scriptedRegistry answers with a case's files.
type scriptedRegistry struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

var (
	questionID   = regexp.MustCompile(`<idOperazioneComune>(\w+)</idOperazioneComune>`)
	questionBody = regexp.MustCompile(`(?s)wsu:Id="Body-1">(.*)</soap:Body>`)
)

func newScriptedRegistry(t *testing.T, c registryCase) *scriptedRegistry {
	t.Helper()
	r := &scriptedRegistry{}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		id, question := questionID.FindSubmatch(body), questionBody.FindSubmatch(body)
		if err != nil || id == nil || question == nil || len(c.answers) == 0 {
			t.Errorf("not a question that can be answered: %v\n%s", err, body)
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		answer, err := os.ReadFile(filepath.Join(c.folder, c.answers[min(len(r.asked), len(c.answers)-1)]))
		if err != nil {
			t.Error(err)
		}
		r.asked = append(r.asked, string(question[1]))
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(string(answer), "{ID}", string(id[1])))
	}))
	t.Cleanup(r.Close)
	return r
}

// questions returns the messages received so far.
func (r *scriptedRegistry) questions() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}
