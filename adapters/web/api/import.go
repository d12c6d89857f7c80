package api

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const csvType = "text/csv"

var importUtenti = func() operation {
	o := post("import-utenti", "/api/v1/utenti/import", utenti, "Importa persone da un file CSV",
		"Colonne: codice_fiscale, cognome, nome, ente (identificativo, codice fiscale o codice IPA), comune, ruolo e, se servono, email, ufficio, mansione, atto, data, profilo. "+
			"Separate da `;` o `,`, 2.000 righe e 1 MiB al più. Senza `preview=false` è una prova: dice che cosa si farebbe e gli errori di ogni riga. "+
			"Altrimenti è scritto tutto, o niente se una riga ha errori. Ripetere l'importazione non ha altro effetto, e conclude quella interrotta.").elevated()
	o.upload = &upload{types: []string{csvType}, most: 1 << 20, within: 20 * time.Second, about: "Il file"}
	return o
}()

type importInput struct {
	Preview bool   `query:"preview" default:"true" doc:"true: non scrive nulla e dice che cosa si farebbe"`
	RawBody []byte `contentType:"text/csv"`
}

// Imported is what a file of persons led to, or would.
type Imported struct {
	Preview bool          `json:"preview"`
	Righe   []ImportedRow `json:"righe"`
}

// ImportedRow is what one row led to. Whether the person was known is not told.
type ImportedRow struct {
	Riga   int             `json:"riga"`
	Utente domain.UtenteID `json:"utente,omitempty"`
	Azioni []string        `json:"azioni"`
	Errori []edge.Offender `json:"errori,omitempty"`
}

// actions are what the events of an import mean to who reads its outcome.
var actions = map[string]string{
	domain.UtenteAppointed{}.EventType(): "nomina",
	domain.RoleGiven{}.EventType():       "ruolo",
	domain.ProfileAssigned{}.EventType(): "profilo",
	domain.GrantProposed{}.EventType():   "proposta di profilo",
}

// newcomer is a person of a file, with all that its rows want of them.
type newcomer struct {
	id       domain.UtenteID
	rehearse *commands.Rehearsal[domain.Utente]
	wanted   []commands.Command[domain.Utente]
	line     int // of the first row
}

// imports decides every row on what is there and on what the rows before would make
// of it; only if none is refused is anything written, a person at a time.
func (a *API) imports(ctx context.Context, in *importInput) (*bodied[Imported], error) {
	reach, err := a.Reach(ctx)
	switch {
	case err != nil:
		return nil, err
	case !reach.Appoints:
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	rows, problem := readRows(in.RawBody)
	if problem != nil {
		return nil, problem
	}
	out := Imported{Preview: in.Preview, Righe: make([]ImportedRow, len(rows))}
	var people []*newcomer
	var offenders []edge.Offender
	for i, row := range rows {
		done, err := a.rehearse(ctx, row, &people)
		if err != nil {
			return nil, err
		}
		out.Righe[i] = done
		for _, e := range done.Errori {
			offenders = append(offenders, edge.Offender{Field: rowField(done.Riga, e.Field), Message: e.Message})
		}
	}
	if len(offenders) > 0 && !in.Preview {
		return nil, edge.NewProblem(string(domain.Invalid), "Il file ha righe con errori: nulla è stato scritto.", offenders...)
	}
	if err := a.JournalRead(ctx, shownOf(people)...); err != nil {
		return nil, err
	}
	if !in.Preview {
		if err := a.enterAll(ctx, people); err != nil {
			return nil, err
		}
	}
	return answer(out), nil
}

// rehearse decides one row. What is wrong with it is in what it returns; an error is
// of the server.
func (a *API) rehearse(ctx context.Context, row importRow, people *[]*newcomer) (done ImportedRow, _ error) {
	done = ImportedRow{Riga: row.line, Azioni: []string{}}
	cf, wanted, err := row.person()
	if err != nil {
		return done, done.refuse(err)
	}
	n, err := a.newcomer(ctx, cf, row.line, people)
	if err != nil {
		return done, err
	}
	for _, cmd := range wanted {
		events, err := n.rehearse.Try(ctx, cmd)
		if err != nil {
			return done, done.refuse(err)
		}
		for _, e := range events {
			if action := actions[e.EventType()]; action != "" {
				done.Azioni = append(done.Azioni, action)
			}
		}
	}
	done.Utente, n.wanted = n.id, append(n.wanted, wanted...)
	return done, nil
}

// newcomer is the person with a codice fiscale, whom a row before may have named.
func (a *API) newcomer(ctx context.Context, cf domain.CodiceFiscale, line int, people *[]*newcomer) (*newcomer, error) {
	id := a.Commands.Secrets.UtenteID(cf)
	if i := slices.IndexFunc(*people, func(n *newcomer) bool { return n.id == id }); i >= 0 {
		return (*people)[i], nil
	}
	rehearsal, err := commands.Rehearse(ctx, a.Commands, id.Stream(), edge.Meta(ctx))
	if err != nil {
		return nil, err
	}
	n := &newcomer{id: id, rehearse: rehearsal, line: line}
	*people = append(*people, n)
	return n, nil
}

// columnOf are the columns whose name in commands is another.
var columnOf = map[string]string{"role": "ruolo", "profile": "profilo", "convenzione": "ente", "id": "codice_fiscale"}

// refuse notes a refusal; any other error it returns.
func (r *ImportedRow) refuse(err error) error {
	var refused *domain.Error
	if !errors.As(err, &refused) || refused.Code == domain.Unavailable || refused.Code == domain.Internal {
		return err
	}
	column := refused.Field
	if ours, ok := columnOf[column]; ok {
		column = ours
	}
	r.Errori = append(r.Errori, edge.Offender{Field: column, Message: refused.Message})
	return nil
}

func shownOf(people []*newcomer) (ids []string) {
	for _, n := range people {
		ids = append(ids, string(n.id))
	}
	return ids
}

// enterAll writes what was rehearsed. What somebody else changed meanwhile may have a
// row refused after all: those before it are written, and repeating goes on from there.
func (a *API) enterAll(ctx context.Context, people []*newcomer) error {
	for _, n := range people {
		_, err := commands.HandleAll(ctx, a.Commands, n.id.Stream(), edge.Meta(ctx), n.wanted...)
		if err != nil {
			return edge.At(rowField(n.line, ""), err)
		}
	}
	return nil
}
