package commands

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// RequestMassiva asks about many people for one purpose: a visura is asked for about each
// of them, as RequestVisura would. Repeating it with the same content yields nothing.
type RequestMassiva struct {
	Comune        string              `json:"comune" doc:"Codice ISTAT del Comune che dà accesso" example:"042002"`
	Tipo          string              `json:"tipo" doc:"Tipo di visura" example:"residenza"`
	Ambito        string              `json:"ambito,omitempty" doc:"comunale (predefinito) o nazionale: chi non è del Comune attende allora la conferma dell'Anagrafe, persona per persona" example:"comunale"`
	Finalita      string              `json:"finalita" doc:"Codice della finalità, fra quelle della convenzione" example:"ISEE"`
	NumeroPratica string              `json:"numero_pratica" doc:"Protocollo, fascicolo o pratica per cui si chiede" example:"2026/004711"`
	Soggetti      []SoggettoRichiesto `json:"soggetti" minItems:"1" maxItems:"5000" doc:"Le persone, ognuna una volta"`
}

// asVisura is the request for one row, but for its person; 0 is none in particular.
func (c RequestMassiva) asVisura(id string, riga int) RequestVisura {
	return RequestVisura{
		Comune: c.Comune, Tipo: c.Tipo, Ambito: c.Ambito, Finalita: c.Finalita, NumeroPratica: c.NumeroPratica,
		Massiva: &domain.RigaMassiva{Massiva: domain.MassivaID(id), Riga: riga},
	}
}

// Refs names what RequestVisura rests on, no person among it.
func (c RequestMassiva) Refs(g Given[domain.Massiva]) Refs {
	refs := c.asVisura(g.ID, 0).Refs(Given[domain.Visura]{Actor: g.Actor, Meta: g.Meta})
	refs.Numero = false
	return refs
}

// Asked is as RequestVisura's.
func (c RequestMassiva) Asked() domain.Asked { return c.asVisura("", 0).Asked() }

// Decide admits it if each of its rows would be admitted by itself, and the act admits so
// many.
func (c RequestMassiva) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	events, err := c.decide(g)
	return events, c.referred(g, err)
}

// referred names whom to turn to about a refusal.
func (c RequestMassiva) referred(g Given[domain.Massiva], err error) error {
	if refused := (*domain.Error)(nil); errors.As(err, &refused) {
		return grounds(aboutVisura(g)).Refer(refused)
	}
	return err
}

// aboutVisura is what the request for a row is decided on.
func aboutVisura(g Given[domain.Massiva]) Given[domain.Visura] {
	return Given[domain.Visura]{Actor: g.Actor, Parties: g.Parties, Meta: g.Meta}
}

func (c RequestMassiva) decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	about := aboutVisura(g)
	request, err := c.asVisura(g.ID, 0).purpose(g.Meta)
	if err != nil {
		return nil, err
	}
	if !g.reach().Requests {
		return nil, domain.Errorf(domain.Forbidden, "chiedere visure spetta agli operatori di un Ente")
	}
	known := g.State.Stato != domain.StatoAbsent
	if known && g.State.Requester.Utente == g.Meta.By.Utente {
		return nil, c.repeated(request, g)
	}
	if err := admit(&request, about); err != nil {
		return nil, err
	}
	granted := *g.Parties.Convenzione.Atto(request.Atto).Massive
	if nameOf(domain.NumeroPratica(request.Purpose.NumeroPratica), about, domain.Soggetto{}) {
		return nil, errPracticeName
	}
	soggetti, err := c.people(granted.Tetto)
	if err != nil {
		return nil, err
	}
	if known {
		return nil, errUsedID
	}
	return []domain.Event{domain.MassivaRequested{
		Comune: request.Comune, Ente: request.Ente, Convenzione: request.Convenzione, Atto: request.Atto, Ufficio: request.Ufficio,
		Tipo: request.Tipo, Ambito: request.Ambito, Purpose: request.Purpose,
		Tetto: granted.Tetto, BaseGiuridica: granted.BaseGiuridica, Righe: len(soggetti), Soggetti: soggetti,
	}}, nil
}

// repeated yields nothing for the same request, and refuses another under its id. Once
// the people are destroyed how many they were has to do.
func (c RequestMassiva) repeated(r domain.VisuraRequested, g Given[domain.Massiva]) error {
	was := g.State.Request
	same := was.Comune == r.Comune && was.Ente == r.Ente && was.Tipo == r.Tipo && was.Ambito == r.Ambito && was.Righe == len(c.Soggetti) &&
		was.Purpose.Finalita == r.Purpose.Finalita && was.Purpose.NumeroPratica == r.Purpose.NumeroPratica
	for i := 0; same && i < len(was.Soggetti); i++ {
		soggetto, err := c.Soggetti[i].parse()
		same = err == nil && soggetto == was.Soggetti[i]
	}
	if same {
		return nil
	}
	return errUsedID
}

// people reads the rows, refusing the first that is wrong, or too many of them.
func (c RequestMassiva) people(most int) ([]domain.Soggetto, error) {
	if err := enough(len(c.Soggetti), most); err != nil {
		return nil, err
	}
	soggetti, wrong := c.Rows(nil)
	if len(wrong) > 0 {
		first := wrong[0]
		return nil, domain.FieldErrorf(domain.Invalid, fmt.Sprintf("soggetti[%d].%s", first.Riga-1, first.Field), "%s", first.Message)
	}
	if text, err := json.Marshal(soggetti); err != nil || len(text) > domain.MassivaMassima {
		return nil, domain.FieldErrorf(domain.Invalid, "soggetti", "le generalità sono troppe per una richiesta: dividerla, o indicare i codici fiscali")
	}
	return soggetti, nil
}

// enough refuses a number of rows.
func enough(rows, most int) error {
	switch {
	case rows == 0:
		return domain.FieldErrorf(domain.Invalid, "soggetti", "la richiesta non ha righe")
	case rows > most:
		return domain.FieldErrorf(domain.Invalid, "soggetti", "le righe sono %d e la convenzione ne ammette %d", rows, most)
	}
	return nil
}

// WrongRow is what is wrong with a row.
type WrongRow struct {
	Riga    int    // as it is called
	Field   string // of the person
	Message string
}

// Rows reads every row by itself: the people, zero where their row is wrong, and what is
// wrong with each, at most one thing a row, in their order. Lines is how each row is called;
// nil: from 1.
func (c RequestMassiva) Rows(lines []int) (soggetti []domain.Soggetto, wrong []WrongRow) {
	pratica, _ := domain.ParseNumeroPratica(c.NumeroPratica)
	soggetti, first := make([]domain.Soggetto, len(c.Soggetti)), map[domain.Soggetto]int{}
	for i, asked := range c.Soggetti {
		called := i + 1
		if lines != nil {
			called = lines[i]
		}
		soggetto, err := asked.parse()
		before, twice := first[soggetto]
		refused := (*domain.Error)(nil)
		switch {
		case errors.As(err, &refused):
		case twice:
			refused = domain.FieldErrorf(domain.Invalid, "soggetto", "la persona è già nella riga %d", before)
		case pratica.Names(soggetto.Cognome, soggetto.Nome):
			refused = domain.FieldErrorf(domain.Invalid, "numero_pratica", "%s", errPracticeName.Message)
		default:
			soggetti[i], first[soggetto] = soggetto, called
			continue
		}
		wrong = append(wrong, WrongRow{called, refused.Field, refused.Message})
	}
	return soggetti, wrong
}
