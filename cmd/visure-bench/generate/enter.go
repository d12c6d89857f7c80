package generate

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// enterComuni enters the Comuni, largest first, with their heads and officers. The
// first are those of the ANPR simulator, which serves the very first.
func (w *world) enterComuni(ctx context.Context) error {
	homes := people.Comuni()
	for i := range w.Comuni {
		c := commands.RegisterComune{
			ISTAT: domain.CodiceISTAT(fmt.Sprintf("%03d%03d", 112+i/999, 1+i%999)), Nome: placeName(i), Provincia: provinces[i%len(provinces)],
			Ufficio: "Ufficio Anagrafe", OreSilenzio: []int{12, 24, 48}[i%3], SantoPatrono: fmt.Sprintf("%02d-%02d", 1+i%12, 1+i%28),
		}
		operatore := newHuman(w.random).cf
		if i < len(homes) {
			c.ISTAT, c.Nome, c.Provincia = domain.CodiceISTAT(homes[i].Istat), homes[i].Name, homes[i].Province
			operatore = domain.CodiceFiscale(people.Operator(homes[i].Istat))
		}
		connect := commands.ConnectComune{Connected: domain.ComuneConnected{
			Version: 1, TipoInvio: "TEST", Keystore: string(c.ISTAT) + "-CO-9999", KeystorePostazione: string(c.ISTAT) + "-PC-0001",
			Operatore: operatore, Storico: domain.Storico6001,
		}}
		a := begin(c.ISTAT.Stream())
		w.comuni, w.parties.comuni[c.ISTAT] = append(w.comuni, c.ISTAT), a
		contacts := commands.SetContatti{Contatti: contacts("Ufficio Anagrafe")}
		if err := enter(ctx, w, a, domain.Sistema, commands.Command[domain.Comune](c), connect, contacts, national(i)); err != nil {
			return err
		}
		for n := range 1 + int(w.sizes.part(i)*float64(w.Users)/20) {
			id, err := w.enterOfficer(ctx, a, n == 0)
			if err != nil {
				return err
			}
			w.officers[i] = append(w.officers[i], id)
		}
	}
	return nil
}

// contacts are whom to turn to at an office.
func contacts(office string) domain.Contatti {
	return domain.Contatti{Referente: office, PEC: "protocollo@pec.example", DPO: "dpo@example.org", Assistenza: office + ", tel. 0545 000000"}
}

// national is the title by which a Comune lets its operators ask beyond it.
func national(comune int) commands.EnableNazionale {
	return commands.EnableNazionale{
		Testo: "accesso ai dati di ANPR per i controlli sulle dichiarazioni sostitutive, artt. 43 e 71 D.P.R. 445/2000",
		Atto:  fmt.Sprintf("deliberazione della Giunta comunale n. %d", 1+comune), Data: domain.Date{Year: 2021, Month: 1, Day: 15},
	}
}

// enterOfficer enters somebody of a Comune's Anagrafe: who heads it, or not.
func (w *world) enterOfficer(ctx context.Context, comune *aggregate[domain.Comune], heads bool) (domain.UtenteID, error) {
	istat := comune.state.ISTAT
	appointed := commands.AppointUtente{Comune: istat, Mansione: "Ufficiale d'anagrafe"}
	if !heads {
		return w.enterUser(ctx, appointed, commands.GiveRole{Role: domain.RoleAnagrafe, Comune: istat})
	}
	id, err := w.enterUser(ctx, appointed)
	if err != nil {
		return "", err
	}
	return id, enter(ctx, w, comune, domain.Sistema, commands.NameTop{Utente: id})
}

// enterUser enters a new person, with what the system gives them.
func (w *world) enterUser(ctx context.Context, roles ...commands.Command[domain.Utente]) (domain.UtenteID, error) {
	h := newHuman(w.random)
	id := w.secrets.UtenteID(h.cf)
	for w.utenti[id] != nil {
		h = newHuman(w.random)
		id = w.secrets.UtenteID(h.cf)
	}
	a := begin(id.Stream())
	w.utenti[id] = a
	register := commands.RegisterUtente{CodiceFiscale: h.cf, Cognome: h.surname, Nome: h.name}
	return id, enter(ctx, w, a, domain.Sistema, append([]commands.Command[domain.Utente]{register}, roles...)...)
}

// enterEnti enters the bodies.
func (w *world) enterEnti(ctx context.Context) error {
	for i := range w.Enti {
		c := commands.RegisterEnte{Denominazione: bodyName(i), CodiceFiscale: fmt.Sprintf("%011d", 80000000000+i), CodiceIPA: fmt.Sprintf("ente_%05d", i)}
		id, err := domain.EnteRegistered(c).ID()
		if err != nil {
			return err
		}
		a := begin(id.Stream())
		w.enti, w.parties.enti[id] = append(w.enti, id), a
		if err := enter(ctx, w, a, domain.Sistema, c); err != nil {
			return err
		}
	}
	return nil
}

// enterConvenzioni defines two profiles a Comune and puts the agreements in force: at
// least one an Ente and one a Comune, most of them with large Comuni. Some end
// within the period.
func (w *world) enterConvenzioni(ctx context.Context) error {
	for i := range w.Comuni {
		if err := w.defineProfiles(ctx, i); err != nil {
			return err
		}
	}
	for i := range max(w.Enti, w.Comuni) {
		ente, comuni := i%w.Enti, []int{i % w.Comuni}
		for w.random.IntN(5) < 3 {
			comuni = append(comuni, w.sizes.draw(w.random))
		}
		for _, comune := range comuni {
			if err := w.sign(ctx, ente, comune); err != nil {
				return err
			}
		}
	}
	return nil
}

var confirmations = []domain.Conferma{domain.SilenzioAssenso, domain.Manuale, domain.Immediata}

func (w *world) defineProfiles(ctx context.Context, comune int) error {
	for _, c := range []commands.DefineProfile{
		{Nome: "Sportello", Tipi: domain.Concessi(documento.Tipi(), domain.Modo{Conferma: confirmations[comune%len(confirmations)]})},
		{Nome: "Verifiche", Tipi: domain.Concessi(documento.Tipi()[:9], domain.Modo{})},
	} {
		c.Comune = w.comuni[comune]
		id := domain.ProfileID(newID(w.random))
		a := begin(id.Stream())
		w.profiles[comune], w.parties.profiles[id] = append(w.profiles[comune], id), a
		if err := enter(ctx, w, a, w.head(comune), c); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) sign(ctx context.Context, ente, comune int) error {
	for _, l := range w.links[ente] {
		if l.comune == comune {
			return nil
		}
	}
	from, to := domain.DateOf(w.From.AddDate(-1, 0, 0)), domain.DateOf(w.To.AddDate(2, 0, 0))
	if w.random.IntN(50) == 0 {
		to = domain.DateOf(w.From.Add(within(w.random, 0, w.To.Sub(w.From)+1)))
	}
	id := domain.ConvenzioneIDOf(domain.Pair{Ente: w.enti[ente], Comune: w.comuni[comune]})
	a := begin(id.Stream())
	w.parties.convenzioni[id] = a
	w.links[ente] = append(w.links[ente], link{comune, w.profiles[comune][w.random.IntN(2)]})
	act := commands.DraftConvenzione{
		Ente: w.enti[ente], Comune: w.comuni[comune], Estremi: fmt.Sprintf("Convenzione rep. n. %d/%d", 1+w.random.IntN(9000), from.Year),
		Data: from, Firmatari: []string{"Il Sindaco", "Il legale rappresentante"}, Contatti: contacts("Ufficio Prestazioni"), Dal: from, Al: to, Finalita: purposes[:2+w.random.IntN(len(purposes)-1)],
		Massimo: domain.Massimo{Tipi: documento.Tipi(), Nazionale: domain.Modo{Conferma: domain.Immediata}},
	}
	return enter(ctx, w, a, w.head(comune), commands.Command[domain.Convenzione](act), commands.ActivateConvenzione{})
}
