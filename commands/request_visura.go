package commands

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// RequestVisura asks for a document about one person. Repeating it with the
// same content yields nothing; the id names one request for ever.
type RequestVisura struct {
	Comune        string            `json:"comune" doc:"Codice ISTAT del Comune che dà accesso" example:"042002"`
	Tipo          string            `json:"tipo" doc:"Tipo di visura" example:"residenza"`
	Ambito        string            `json:"ambito,omitempty" doc:"comunale (predefinito) o nazionale" example:"comunale"`
	Soggetto      SoggettoRichiesto `json:"soggetto" doc:"La persona: il codice fiscale, oppure cognome, nome, sesso e data di nascita insieme; chi non ha cognome o non ha nome lo si dice con senza_cognome o senza_nome"`
	Finalita      string            `json:"finalita" doc:"Codice della finalità, fra quelle della convenzione" example:"ISEE"`
	NumeroPratica string            `json:"numero_pratica" doc:"Protocollo, fascicolo o pratica per cui si chiede" example:"2026/004711"`

	Massiva *domain.RigaMassiva `json:"-"` // the row it is asked for by; nil: it is asked for by itself
}

// SoggettoRichiesto is a domain.Soggetto as a client wrote it, not yet checked.
type SoggettoRichiesto struct {
	CodiceFiscale string `json:"codice_fiscale,omitempty" doc:"Sedici caratteri, o undici cifre se provvisorio"`
	Cognome       string `json:"cognome,omitempty" maxLength:"80"`
	SenzaCognome  bool   `json:"senza_cognome,omitempty" doc:"La persona non ha cognome: cognome non si indica"`
	Nome          string `json:"nome,omitempty" maxLength:"80"`
	SenzaNome     bool   `json:"senza_nome,omitempty" doc:"La persona non ha nome: nome non si indica"`
	Sesso         string `json:"sesso,omitempty" doc:"M, F o N"`
	DataNascita   string `json:"data_nascita,omitempty" doc:"AAAA-MM-GG; AAAA-MM o AAAA, anche con 00 al posto di giorno e mese, per chi in anagrafe ha la data incompleta"`
}

// Refs names the act and the profiles under which the actor may ask the Comune,
// the workstation they ask from, the person whose token is wanted, and the number a
// document would have.
func (c RequestVisura) Refs(g Given[domain.Visura]) Refs {
	comune, err := domain.ParseCodiceISTAT(c.Comune)
	if err != nil || comune == "" {
		return Refs{}
	}
	pair := domain.Pair{Ente: g.Meta.By.Ente, Comune: comune}
	refs := Refs{Comune: comune, Convenzione: domain.ConvenzioneIDOf(pair), Postazione: domain.PostazioneID(g.Meta.By.Postazione), Numero: true}
	for _, a := range g.Actor.Assigned(pair) {
		refs.Profiles = append(refs.Profiles, a.Profile)
	}
	refs.Soggetto, _ = c.Soggetto.parse()
	return refs
}

// Asked says what may be kept of the request in the journal of accesses when it
// is refused: items of closed lists, as far as they are in them.
func (c RequestVisura) Asked() (a domain.Asked) {
	if tipo := domain.Tipo(c.Tipo); documento.Offered(tipo) {
		a.Tipo = tipo
	}
	a.Ambito, _ = parseAmbito(c.Ambito)
	a.Comune, _ = domain.ParseCodiceISTAT(c.Comune)
	return a
}

// Decide admits the request if the words are right, the actor is an operator
// of an Ente whose agreement is in force, and agreement and profile both grant
// what is asked, the agreement for the purpose that is named. Whether an id is in use is told to its requester and to who
// would be admitted, and to nobody else. Every refusal names whom to turn to, if
// anybody is known.
func (c RequestVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	events, err := c.decide(g)
	if refused := (*domain.Error)(nil); errors.As(err, &refused) {
		return nil, grounds(g).Refer(refused)
	}
	return events, err
}

func (c RequestVisura) decide(g Given[domain.Visura]) ([]domain.Event, error) {
	request, err := c.parse(g.Meta)
	if err != nil {
		return nil, err
	}
	if !g.reach().Requests {
		return nil, domain.Errorf(domain.Forbidden, "chiedere visure spetta agli operatori di un Ente")
	}
	known := g.State.Status != domain.Absent
	if known && g.State.Requester.Utente == g.Meta.By.Utente {
		return nil, repeated(request, g)
	}
	if err := admit(&request, g); err != nil {
		return nil, err
	}
	if nameOf(domain.NumeroPratica(request.Purpose.NumeroPratica), g, request.Soggetto) {
		return nil, errPracticeName
	}
	if known {
		return nil, repeated(request, g)
	}
	request.Quote = quotas(request, g)
	return append([]domain.Event{request}, carriedOn(request, g)...), nil
}

// parse reads the words of the request, refusing the first that is wrong.
func (c RequestVisura) parse(m domain.Meta) (r domain.VisuraRequested, err error) {
	if r, err = c.purpose(m); err == nil {
		r.Soggetto, err = c.Soggetto.parse()
	}
	return r, err
}

// purpose reads everything but the person.
func (c RequestVisura) purpose(m domain.Meta) (r domain.VisuraRequested, err error) {
	if r.Comune, err = domain.ParseCodiceISTAT(c.Comune); err != nil {
		return r, err
	}
	if r.Tipo = domain.Tipo(c.Tipo); !documento.Offered(r.Tipo) {
		return r, domain.FieldErrorf(domain.Invalid, "tipo", "il tipo di visura non è tra quelli offerti")
	}
	if r.Ambito, err = parseAmbito(c.Ambito); err != nil {
		return r, err
	}
	pratica, err := domain.ParseNumeroPratica(c.NumeroPratica)
	if err != nil {
		return r, err
	}
	if strings.TrimSpace(c.Finalita) == "" {
		return r, domain.FieldErrorf(domain.Invalid, "finalita", "la finalità è obbligatoria")
	}
	r.Ente, r.Massiva = m.By.Ente, c.Massiva
	r.Purpose = domain.Purpose{Finalita: c.Finalita, NumeroPratica: string(pratica)}
	return r, nil
}

func parseAmbito(s string) (domain.Ambito, error) {
	switch a := domain.Ambito(s); a {
	case "":
		return domain.Comunale, nil
	case domain.Comunale, domain.Nazionale:
		return a, nil
	}
	return "", domain.FieldErrorf(domain.Invalid, "ambito", "l'ambito è comunale o nazionale")
}

// parse accepts the tax code alone, or all four of surname, name, sex and birth
// date: a search by less would be browsing (DPR 223/1989 art. 37). Who has no
// surname or no name is asked about as such.
func (s SoggettoRichiesto) parse() (domain.Soggetto, error) {
	if s.CodiceFiscale == "" {
		return s.generalita()
	}
	if s != (SoggettoRichiesto{CodiceFiscale: s.CodiceFiscale}) {
		return domain.Soggetto{}, domain.FieldErrorf(domain.Invalid, "soggetto", "indicare il codice fiscale oppure le generalità, non entrambi")
	}
	cf, err := domain.ParseCodiceFiscale(s.CodiceFiscale)
	if holder, says := cf.Holder(); says && !holder.Exists() {
		err = domain.FieldErrorf(domain.Invalid, "codice_fiscale", "il giorno di nascita scritto nel codice fiscale non esiste")
	}
	return domain.Soggetto{CodiceFiscale: cf}, within("soggetto", err)
}

// generalita reads the four items.
func (s SoggettoRichiesto) generalita() (domain.Soggetto, error) {
	soggetto := domain.Soggetto{Cognome: fold(s.Cognome), Nome: fold(s.Nome), Sesso: strings.ToUpper(s.Sesso)}
	switch {
	case s.SenzaCognome && s.SenzaNome:
		return domain.Soggetto{}, domain.FieldErrorf(domain.Invalid, "soggetto", "senza cognome e senza nome insieme non si può cercare nessuno")
	case (soggetto.Cognome == "") != s.SenzaCognome, (soggetto.Nome == "") != s.SenzaNome:
		return domain.Soggetto{}, domain.FieldErrorf(domain.Invalid, "soggetto", "indicare il codice fiscale, oppure cognome, nome, sesso e data di nascita insieme; di chi non ha cognome o nome, senza_cognome o senza_nome in luogo di quello che manca")
	case !slices.Contains([]string{"M", "F", "N"}, soggetto.Sesso):
		return domain.Soggetto{}, domain.FieldErrorf(domain.Invalid, "soggetto.sesso", "il sesso è M, F o N")
	}
	if err := cmp.Or(name("soggetto.cognome", soggetto.Cognome), name("soggetto.nome", soggetto.Nome)); err != nil {
		return domain.Soggetto{}, err
	}
	born, err := birthDate(s.DataNascita)
	if err != nil {
		return domain.Soggetto{}, domain.FieldErrorf(domain.Invalid, "soggetto.data_nascita", "la data di nascita ha la forma AAAA-MM-GG ed esiste sul calendario; AAAA-MM o AAAA se in anagrafe è incompleta")
	}
	soggetto.DataNascita = born
	return soggetto, nil
}

// birthDate reads a date of birth that may lack its day, or its day and month.
// Residence permits and registers write what is not known as 00.
func birthDate(s string) (domain.Date, error) {
	if month, unknown := strings.CutSuffix(s, "-00"); unknown {
		s = strings.TrimSuffix(month, "-00")
	}
	return domain.ParseDate(s)
}

// fold writes a name as registers do: capitals, single blanks.
func fold(name string) string { return strings.ToUpper(strings.Join(strings.Fields(name), " ")) }

// within puts a refusal's field under the object that holds it.
func within(object string, err error) error {
	refusal, ok := err.(*domain.Error)
	if !ok || refusal == nil {
		return err
	}
	return &domain.Error{Code: refusal.Code, Field: object + "." + refusal.Field, Message: refusal.Message, Contact: refusal.Contact}
}

// repeated yields nothing for the same request of the same person, and refuses
// a second request under a used id. An erased person cannot be compared.
func repeated(r domain.VisuraRequested, g Given[domain.Visura]) error {
	was, m := g.State.Request, g.Meta
	same := g.State.Requester.Utente == m.By.Utente && was.Ente == r.Ente && was.Comune == r.Comune && was.Tipo == r.Tipo &&
		was.Ambito == r.Ambito && was.SubjectToken == g.Keyed.SubjectToken &&
		was.Purpose.Finalita == r.Purpose.Finalita && was.Purpose.NumeroPratica == r.Purpose.NumeroPratica
	switch {
	case same:
		return nil
	case g.State.Erased && g.State.Requester.Utente == m.By.Utente:
		return domain.FieldErrorf(domain.Conflict, "id", "i dati di questa richiesta sono stati cancellati")
	}
	return errUsedID
}

// errUsedID refuses a second request under a used id.
var errUsedID = domain.FieldErrorf(domain.Conflict, "id", "questo identificativo è già di un'altra richiesta")

// grounds are what the rights of who asks rest on.
func grounds(g Given[domain.Visura]) domain.Grounds {
	return domain.Grounds{Actor: g.Meta.By, Person: g.Actor, Parties: g.Parties, At: g.Meta.At}
}

// admit completes the request with the right it rests on, or refuses it with the
// item that is not granted.
func admit(r *domain.VisuraRequested, g Given[domain.Visura]) error {
	pair := domain.Pair{Ente: r.Ente, Comune: r.Comune}
	grounds := grounds(g)
	if !g.reach().Covers(domain.Object{Requester: g.Meta.By.Utente, Ente: r.Ente, Comune: r.Comune}) {
		return domain.FieldErrorf(domain.NotFound, "comune", "il Comune non è tra quelli per cui l'utente è abilitato")
	}
	right, refused := grounds.Right(r.Tipo)
	if refused != nil {
		return refused
	}
	purpose, refused := grounds.Purpose(right, r.Purpose.Finalita)
	if refused != nil {
		return refused
	}
	if !g.Parties.Convenzione.Atto(right.Atto).Massimo.Practice(r.Purpose.NumeroPratica) {
		return errPracticeForm
	}
	r.Conferma = domain.Immediata
	if r.Ambito == domain.Nazionale {
		if refused := grounds.National(right); refused != nil {
			return refused
		}
		r.Conferma, r.OreSilenzio = right.Nazionale.Conferma, right.Nazionale.Ore
	}
	if r.Massiva != nil {
		if _, refused := grounds.Massive(right); refused != nil {
			return refused
		}
		if r.Ambito == domain.Nazionale { // each person is confirmed by an officer
			r.Conferma, r.OreSilenzio = domain.Manuale, 0
		}
	}
	appointment, _ := g.Actor.Appointment(pair)
	r.Convenzione, r.Atto, r.Profile, r.Ufficio = domain.ConvenzioneIDOf(pair), right.Atto, right.Profile, appointment.Ufficio
	r.Purpose.Descrizione, r.Purpose.BaseGiuridica, r.SubjectToken = purpose.Descrizione, purpose.BaseGiuridica, g.Keyed.SubjectToken
	return nil
}

// carriedOn is what follows a request at once: the intent to ask ANPR about the Comune's
// own, after the approval where nothing has to be confirmed.
func carriedOn(r domain.VisuraRequested, g Given[domain.Visura]) []domain.Event {
	first := intent(g, 1, domain.Comunale)
	if r.Conferma != domain.Immediata {
		return []domain.Event{domain.ResidentSought(first)}
	}
	return []domain.Event{domain.VisuraApproved{Conferma: domain.Immediata, Effective: g.Meta.At}, first}
}

// Voci returns what the request counts as in the quotas in force.
func (RequestVisura) Voci(m domain.Meta, events []domain.Event) (all []domain.Voce) {
	for _, e := range events {
		if r, ok := e.(domain.VisuraRequested); ok {
			all = append(all, r.Voci(m)...)
		}
	}
	return all
}

// Counted has the request bear how it stands in its quotas, or refuses it because one is
// used up. What counted once counts: an officer's refusal later, or a withdrawal, gives
// nothing back, since a quota bounds how often people are asked about.
func (RequestVisura) Counted(g Given[domain.Visura], events []domain.Event, conti []Conto) ([]domain.Event, error) {
	counted := slices.Clone(events)
	for i, e := range counted {
		r, ok := e.(domain.VisuraRequested)
		if !ok {
			continue
		}
		r.Quote = slices.Clone(r.Quote)
		for j := range r.Quote {
			if r.Quote[j].Conto = conti[j].Conto; conti[j].Esaurita {
				return nil, grounds(g).Refer(usedUp(r.Quote[j], g))
			}
		}
		counted[i] = r
	}
	return counted, nil
}

// quotas are those in force for a request: those of its act and the Comune's.
func quotas(r domain.VisuraRequested, g Given[domain.Visura]) (all []domain.QuotaContata) {
	act := g.Parties.Convenzione.Atto(r.Atto).Massimo.Quote
	for _, q := range slices.Concat(act, g.Parties.Comune.Regole.Quote) {
		all = append(all, domain.QuotaContata{Quota: q})
	}
	return all
}

// usedUp refuses by a quota, and names who set it.
func usedUp(q domain.QuotaContata, g Given[domain.Visura]) *domain.Error {
	_, again := q.Quota.Window(g.Meta.At)
	refused := domain.FieldErrorf(domain.Exhausted, "quota", "la quota di %s (%d) è esaurita: si può chiedere di nuovo dal %s", q.Quota.Text(), q.Quota.Limite, domain.ItalianMoment(again))
	left := q.Residuo(g.Meta.At)
	refused.Quota = &left
	if q.Quota.Di == domain.DiComune {
		refused.Contact = g.Parties.Comune.Contatti.Assistenza
	}
	return refused
}
