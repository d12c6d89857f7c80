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
		"Colonne: codice_fiscale, cognome, nome, ente (identificativo, codice fiscale o codice IPA), comune, ruolo e, se servono, email, ufficio, mansione, atto, data, profilo, motivo (dell'assegnazione del profilo). "+
			"Separate da `;` o `,`, 2.000 righe e 1 MiB al più. Senza `preview=false` è una prova: dice che cosa si farebbe e gli errori di ogni riga. "+
			"Altrimenti, se una riga ha errori non è scritto nulla; se nessuna ne ha sono scritte tutte, anche se chi chiede nel frattempo se ne va. "+
			"Ciò che una persona ha già resta com'è: né ruoli, né nomina, né profili sono ampliati o ristretti. Una riga che nel frattempo non è più ammessa è detta nella risposta 409 o 503, "+
			"e tutte le altre sono scritte: ripetere lo stesso file la conclude e non ha altro effetto.").elevated()
	o.upload = &upload{types: []string{csvType}, most: 1 << 20, within: 20 * time.Second, about: "Il file"}
	return o
}()

type importInput struct {
	Preview bool   `query:"preview" default:"true" doc:"true: non scrive nulla e dice che cosa si farebbe"`
	RawBody []byte `contentType:"text/csv"`
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
	wanted   []commands.Command[domain.Utente] // one a row
	lines    []int                             // the rows
}

// imports answers with what a file led to.
func (a *API) imports(ctx context.Context, in *importInput) (*bodied[Imported], error) {
	done, err := a.Import(ctx, in.RawBody, in.Preview)
	if err != nil {
		return nil, err
	}
	out := Imported{Imported: done}
	if done.Position != (domain.Position{}) {
		out.Position = done.Position.String()
	}
	return answer(out), nil
}

// Imported is what a file of persons led to, and up to where that is written; empty if
// nothing is.
type Imported struct {
	edge.Imported
	Position string `json:"position,omitempty"`
}

// Import decides every row of a file of persons (CSV) on what is there and on what the
// rows before would make of it; only if none is refused, and it is no preview, is anything
// written, a person at a time. A preview tells what is refused with the rows.
func (a *API) Import(ctx context.Context, file []byte, preview bool) (out edge.Imported, _ error) {
	reach, err := a.Reach(ctx)
	switch {
	case err != nil:
		return out, err
	case !reach.Appoints:
		return out, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	rows, problem := readCSV(file, ofUtenti)
	if problem != nil {
		return out, problem
	}
	out = edge.Imported{Preview: preview, Righe: make([]edge.ImportedRow, len(rows))}
	var people []*newcomer
	var offenders []edge.Offender
	byIPA := func(codice string) (domain.EnteID, error) { return a.Enti.ByIPA(ctx, reach, codice) }
	for i, row := range rows {
		done, err := a.rehearse(ctx, row, byIPA, &people)
		if err != nil {
			return out, err
		}
		out.Righe[i] = done
		for _, e := range done.Errori {
			offenders = append(offenders, edge.Offender{Field: rowField(done.Riga, e.Field), Message: e.Message})
		}
	}
	if len(offenders) > 0 && !preview {
		return out, edge.NewProblem(string(domain.Invalid), "Il file ha righe con errori: nulla è stato scritto.", offenders...)
	}
	edge.Of(ctx).Concerns(comuniOf(people)...)
	if err := a.JournalRead(ctx, shownOf(people)...); err != nil || preview {
		return out, err
	}
	out.Position, err = a.enterAll(ctx, people)
	return out, err
}

// rehearse decides one row. What is wrong with it is in what it returns; an error is
// of the server.
func (a *API) rehearse(ctx context.Context, row importRow, ipa func(string) (domain.EnteID, error), people *[]*newcomer) (done edge.ImportedRow, _ error) {
	done = edge.ImportedRow{Riga: row.line, Azioni: []string{}}
	wanted, err := row.person(ipa)
	if err != nil {
		return done, refuseRow(&done, err)
	}
	n, err := a.newcomer(ctx, wanted.Register.CodiceFiscale, people)
	if err != nil {
		return done, err
	}
	events, err := n.rehearse.Try(ctx, wanted)
	if err != nil {
		return done, refuseRow(&done, err)
	}
	for _, e := range events {
		if action := actions[e.EventType()]; action != "" {
			done.Azioni = append(done.Azioni, action)
		}
	}
	done.Utente, n.wanted, n.lines = n.id, append(n.wanted, wanted), append(n.lines, row.line)
	return done, nil
}

// newcomer is the person with a codice fiscale, whom a row before may have named.
func (a *API) newcomer(ctx context.Context, cf domain.CodiceFiscale, people *[]*newcomer) (*newcomer, error) {
	id := a.Commands.Secrets.UtenteID(cf)
	if i := slices.IndexFunc(*people, func(n *newcomer) bool { return n.id == id }); i >= 0 {
		return (*people)[i], nil
	}
	rehearsal, err := commands.Rehearse(ctx, a.Commands, id.Stream(), edge.Meta(ctx))
	if err != nil {
		return nil, err
	}
	n := &newcomer{id: id, rehearse: rehearsal}
	*people = append(*people, n)
	return n, nil
}

// columnOf are the columns whose name in commands is another.
var columnOf = map[string]string{"role": "ruolo", "profile": "profilo", "convenzione": "ente", "id": "codice_fiscale"}

// refuseRow notes a refusal; any other error it returns.
func refuseRow(r *edge.ImportedRow, err error) error {
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

// comuniOf are those for which a file enters people.
func comuniOf(people []*newcomer) (comuni []domain.CodiceISTAT) {
	for _, n := range people {
		for _, row := range n.wanted {
			if one, ok := row.(commands.ImportUtente); ok {
				comuni = append(comuni, one.Register.Comune)
			}
		}
	}
	return comuni
}

// importing bounds how long an import is written; the server allows an answer more.
const importing = time.Minute

// enterAll writes what was rehearsed, each person's rows at once, whether or not the
// client waits for it. What somebody else changed meanwhile may have a row refused
// after all: the others are written, and the answer names those that are not. It returns
// the position of the last event written.
func (a *API) enterAll(ctx context.Context, people []*newcomer) (last domain.Position, _ error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), importing)
	defer cancel()
	code := domain.Conflict
	var left []edge.Offender
	for _, n := range people {
		at, err := a.enterOne(ctx, n)
		if err == nil {
			if at.Compare(last) > 0 {
				last = at
			}
			continue
		}
		var refused *domain.Error
		message := "non si sa se sia scritta"
		if errors.As(err, &refused) {
			message = refused.Message
		}
		if refused == nil || refused.Code == domain.Unavailable {
			code = domain.Unavailable
			a.Log.Error("rows of an import not written", "utente", n.id, "request", edge.RequestID(ctx), "err", err)
		}
		for _, line := range n.lines {
			left = append(left, edge.Offender{Field: rowField(line, ""), Message: message})
		}
	}
	if len(left) > 0 {
		return last, edge.NewProblem(string(code), "Le righe indicate non sono state scritte, tutte le altre sì. Ripetere lo stesso file conclude l'importazione.", left...)
	}
	return last, nil
}

// enterOne writes what one person's rows want. Who loses against others begins again.
func (a *API) enterOne(ctx context.Context, n *newcomer) (domain.Position, error) {
	for {
		done, err := commands.HandleAll(ctx, a.Commands, n.id.Stream(), edge.Meta(ctx), n.wanted...)
		if !errors.Is(err, commands.ErrStale) || ctx.Err() != nil {
			return done.Position, err
		}
	}
}
