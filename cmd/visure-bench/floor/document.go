package floor

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// environment is the one the simulator answers in.
const environment = "TEST"

// document makes the n-th document, from the first append to the last, and
// returns how long each part took.
func (f *Floor) document(ctx context.Context, n int) (p Parts, err error) {
	id := domain.VisuraID(uuid.NewString())
	watch := stopwatch{time.Now()}
	if err := f.append(ctx, id, 0, requested); err != nil {
		return p, err
	}
	p.Appends = watch.lap()
	now := time.Now().UTC().Truncate(time.Second)
	c := f.around(id, f.subjects[n%len(f.subjects)], now)
	if c.Scheda, err = f.registry.Consult(ctx, f.query(c, now)); err != nil {
		return p, err
	}
	p.Registry = watch.lap()
	doc, _, refusal := documento.Compose(c)
	if refusal != nil {
		return p, fmt.Errorf("no document can be made: %s", refusal.Code)
	}
	pdf, pages, err := f.renderer.Render(doc)
	if err != nil {
		return p, err
	}
	p.Render = watch.lap()
	sum := sha256.Sum256(pdf)
	_, err = f.archive.Put(ctx, id, commands.Issue{PDF: pdf, Event: domain.VisuraIssued{
		Numero: doc.Numero, SHA256: hex.EncodeToString(sum[:]), Size: len(pdf), Pages: pages,
		IDOperazioneANPR: c.Scheda.IDOperazioneANPR, IDOperazioneComune: c.Visura.Query.IDOperazioneComune,
		IssuedAt: now, Template: documento.Template, Ambiente: c.Ambiente,
	}})
	if err != nil {
		return p, err
	}
	p.Archive = watch.lap()
	err = f.append(ctx, id, len(requested), issued)
	p.Appends += watch.lap()
	return p, err
}

// around is a request for a visura di residenza with its parties, as in the
// program's demo.
func (f *Floor) around(id domain.VisuraID, subject *people.Person, now time.Time) documento.Case {
	const ente = domain.EnteID("0c9b7f6e-1d2a-8b3c-8d4e-5f6a7b8c9d0e")
	numero := domain.NewCIUV([10]byte([]byte(rand.Text())))
	return documento.Case{
		Ambiente: domain.Simulatore,
		ID:       id, Day: domain.ItalianDay(now), IssuedAt: domain.ItalianTime(now), VerifyURL: "http://127.0.0.1:8080/verifica/" + string(numero),
		Visura: domain.Visura{
			Status: domain.InProgress, Numero: numero, Approval: domain.Immediata,
			Request: domain.VisuraRequested{
				Comune: f.comune, Ente: ente, Tipo: domain.Residenza, Ambito: domain.Comunale, Conferma: domain.Immediata,
				Soggetto: domain.Soggetto{CodiceFiscale: domain.CodiceFiscale(subject.CodiceFiscale)},
				Purpose: domain.Purpose{
					Finalita: "ISEE", Descrizione: "Controllo delle dichiarazioni sostitutive per prestazioni agevolate",
					BaseGiuridica: "art. 71 D.P.R. 445/2000; art. 11 D.P.C.M. 159/2013", NumeroPratica: "2026/004711",
				},
			},
			Query: &domain.QueryStarted{Attempt: 1, IDOperazioneComune: domain.NewIDOperazione(id, 1, now), Numero: numero},
		},
		Comune: domain.Comune{Registered: true,
			ComuneRegistered: domain.ComuneRegistered{ISTAT: f.comune, Nome: "Bagnacavallo", Provincia: "RA", Ufficio: "Ufficio Anagrafe"},
			Collegamento: domain.Collegamento{ComuneConnected: domain.ComuneConnected{
				Version: 1, TipoInvio: environment, Keystore: string(f.comune) + "-CO-9999", KeystorePostazione: string(f.comune) + "-PC-0001",
				Operatore: domain.CodiceFiscale(people.Operator(string(f.comune))), Storico: domain.Storico6001}}},
		Ente: domain.Ente{Registered: true, EnteRegistered: domain.EnteRegistered{
			Denominazione: "Azienda USL della Romagna – Ufficio Prestazioni", CodiceIPA: "ausl_rom"}},
		Atto:   domain.Atto{Numero: 1, ConvenzioneDrafted: domain.ConvenzioneDrafted{Tipo: domain.AttoConvenzione, Estremi: "Convenzione rep. n. 12/2026 del 02/01/2026"}},
		Utente: domain.Utente{Registered: true, UtenteRegistered: domain.UtenteRegistered{Codice: "U-VNM27-3R9FN"}},
	}
}

func (f *Floor) query(c documento.Case, now time.Time) commands.Query {
	entry, _ := documento.Lookup(c.Visura.Request.Tipo)
	return commands.Query{
		IDOperazione: c.Visura.Query.IDOperazioneComune, Comune: f.comune, Collegamento: c.Comune.Collegamento.ComuneConnected,
		Soggetto: c.Visura.Request.Soggetto, Entry: entry, Ambito: c.Visura.Request.Ambito,
		Pratica: c.Visura.Request.Purpose.NumeroPratica, Day: c.Day, At: now,
	}
}

// stopwatch tells times between laps.
type stopwatch struct{ last time.Time }

func (w *stopwatch) lap() time.Duration {
	now := time.Now()
	defer func() { w.last = now }()
	return now.Sub(w.last)
}
