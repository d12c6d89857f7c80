package pages

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// revocable is what the page of a visura offers about its document being wrong.
type revocable struct {
	Revokes bool        // the caller may revoke it
	Numero  domain.CIUV // of the document the caller has at hand; empty: they need none to see it
	Motivi  []option    // on which grounds
	Anew    []kept      // by the form that asks for another in its place; none: it is not offered
}

// revocable is what is offered to who has a role, with the form as it was filled.
func (p *Pages) revocable(f form, role domain.Role, d projections.VisuraDettaglio) (v revocable) {
	if d.Status == domain.Revoked && slices.Contains(operators, role) && !d.Soggetto.Cancellato {
		v.Anew = p.sameAgain(d, d.Ambito)
	}
	if v.Revokes = d.Status == domain.Issued && slices.Contains(officers, role); !v.Revokes {
		return v
	}
	for _, m := range domain.MotiviRevoca() {
		v.Motivi = append(v.Motivi, option{m.Code, m.Text, f.Val("revoca") == m.Code})
	}
	return v
}

// revoca adds what is done about a document that is wrong.
func (p *Pages) revoca(r chi.Router) {
	r.Post("/visure/{id}/revoca", p.acting("revoke-visura", officers, p.revokeVisura))
}

// numberAtHand is the number of the document that an address or a form says somebody has at
// hand; empty: none, or what is none.
func numberAtHand(r *http.Request) domain.CIUV {
	numero, err := domain.ParseCIUV(cmp.Or(r.URL.Query().Get("numero"), r.PostForm.Get("numero")))
	if err != nil {
		return ""
	}
	return numero
}

// revocaFields are the fields of the form by the items of the command: the page has
// others of these names.
var revocaFields = map[string]string{"motivo": "revoca", "testo": "spiegazione"}

// revokeVisura takes an issued document out of use.
func (p *Pages) revokeVisura(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseVisuraID)
	if err != nil {
		return err
	}
	f := filled(r)
	if f.text("revoca") == "" {
		f.refuse("revoca", "Scegli il motivo della revoca.")
		return p.visuraPage(w, r, f, http.StatusUnprocessableEntity, true)
	}
	done, err := send(r, p, id.Stream(), commands.AnyRevision, commands.RevokeVisura{Motivo: f.text("revoca"), Testo: f.text("spiegazione"), Numero: string(numberAtHand(r))})
	if err != nil {
		return p.again(r, err, func(f form, status int) error {
			for i, e := range f.Errors {
				if field := revocaFields[e.Field]; field != "" {
					f.Errors[i].Field = field
				}
			}
			return p.visuraPage(w, r, f, status, true)
		})
	}
	return p.onward(w, r, "/visure/"+string(id), done.Position, "La visura è revocata. Chi l’aveva scaricata è avvisato.")
}
