package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// DettaglioQueries reads one visura. It is safe for concurrent use.
type DettaglioQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewDettaglioQueries returns the queries over a database; opener opens what its
// rows hold sealed.
func NewDettaglioQueries(pool *pgxpool.Pool, opener Opener) *DettaglioQueries {
	return &DettaglioQueries{pool, opener}
}

// VisuraDettaglio is one visura with its timeline, oldest first.
type VisuraDettaglio struct {
	ID                  domain.VisuraID      `json:"id"`
	Revision            uint64               `json:"revision"`
	Position            string               `json:"position"` // of the last event seen
	Status              domain.Status        `json:"status"`
	Tipo                domain.Tipo          `json:"tipo"`
	Titolo              string               `json:"titolo"`
	Comune              domain.CodiceISTAT   `json:"comune"`
	ComuneNome          string               `json:"comune_nome,omitempty"`
	Ente                domain.EnteID        `json:"ente,omitempty"`
	EnteDenominazione   string               `json:"ente_denominazione,omitempty"`
	Convenzione         domain.ConvenzioneID `json:"convenzione,omitempty"`
	Atto                *AttoRichiesta       `json:"atto,omitempty"` // of the pair's, the one it was asked for under
	Profile             domain.ProfileID     `json:"profile,omitempty"`
	Requester           domain.UtenteID      `json:"requester,omitempty"`
	RequesterCodice     string               `json:"requester_codice,omitempty"`
	Postazione          domain.PostazioneID  `json:"postazione,omitempty"` // proven, from which it was asked for
	PostazioneNome      string               `json:"postazione_nome,omitempty"`
	Ambito              domain.Ambito        `json:"ambito"`
	Conferma            domain.Conferma      `json:"conferma"` // as the request was admitted
	Finalita            string               `json:"finalita"`
	FinalitaDescrizione string               `json:"finalita_descrizione"`
	BaseGiuridica       string               `json:"base_giuridica"`
	NumeroPratica       string               `json:"numero_pratica"`              // as it was corrected last
	NumeriPrecedenti    []string             `json:"numeri_precedenti,omitempty"` // those that were wrong, the first one first
	Massiva             domain.MassivaID     `json:"massiva,omitempty"`           // the request about many people that it was asked for by
	Riga                int                  `json:"riga,omitempty"`              // its row there, from 1
	Soggetto            Soggetto             `json:"soggetto"`
	RequestedAt         time.Time            `json:"requested_at"`
	UpdatedAt           time.Time            `json:"updated_at"`
	DueAt               *time.Time           `json:"due_at,omitempty"`      // silence counts as consent from here on
	ExpiresAt           *time.Time           `json:"expires_at,omitempty"`  // it expires then, if nobody decides or answers
	SospesaDal          *time.Time           `json:"sospesa_dal,omitempty"` // since when the requester is to answer a question
	Incaricato          domain.UtenteID      `json:"incaricato,omitempty"`  // the officer who looks after it
	Approval            domain.Conferma      `json:"approval,omitempty"`    // as it came to be approved
	ApprovedAt          *time.Time           `json:"approved_at,omitempty"` // effective
	Attempts            int                  `json:"attempts"`              // to ask ANPR
	RetryAt             *time.Time           `json:"retry_at,omitempty"`
	Reason              string               `json:"reason,omitempty"` // code of why there is no document
	ReasonText          string               `json:"reason_text,omitempty"`
	Warnings            []string             `json:"warnings,omitempty"`
	Revocation          *Revoca              `json:"revocation,omitempty"`
	Document            *Documento           `json:"document,omitempty"`
	Allarmi             []AllarmeDiVisura    `json:"allarmi,omitempty"` // rules of alarms it has met, the first one first
	Timeline            []Evento             `json:"timeline"`
}

// AttoRichiesta is the act a visura was asked for under, whatever became of it since.
type AttoRichiesta struct {
	Numero  int             `json:"numero"`
	Tipo    domain.TipoAtto `json:"tipo"`
	Titolo  string          `json:"titolo"` // what acts of its kind are called
	Estremi string          `json:"estremi"`
}

// Revoca is when and on which ground a document was revoked.
type Revoca struct {
	At     time.Time `json:"at"`
	Motivo string    `json:"motivo"` // code, see domain.MotiviRevoca
	Testo  string    `json:"testo"`  // the ground in Italian
}

// Documento is the figures of an issued document.
type Documento struct {
	Numero             domain.CIUV `json:"numero"`
	NumeroPratica      string      `json:"numero_pratica"` // as it is printed, whatever was corrected since
	IssuedAt           time.Time   `json:"issued_at"`
	SHA256             string      `json:"sha256"` // lower-case hexadecimal, of the PDF
	Size               int64       `json:"size"`   // bytes
	Pages              int         `json:"pages"`
	Template           string      `json:"template"`
	IDOperazioneANPR   string      `json:"id_operazione_anpr,omitempty"`
	IDOperazioneComune string      `json:"id_operazione_comune,omitempty"`
	Downloads          int         `json:"downloads"`
}

// Evento is one entry of the timeline.
type Evento struct {
	Revision     uint64             `json:"revision"`
	Type         string             `json:"type"`
	At           time.Time          `json:"at"`                  // recorded
	Effective    *time.Time         `json:"effective,omitempty"` // when it counts from, if not from At
	Utente       domain.UtenteID    `json:"utente,omitempty"`    // none: the system
	UtenteCodice string             `json:"utente_codice,omitempty"`
	Role         domain.Role        `json:"role"`
	Ente         domain.EnteID      `json:"ente,omitempty"`
	Comune       domain.CodiceISTAT `json:"comune,omitempty"`
	Postazione   string             `json:"postazione,omitempty"`
	Testo        string             `json:"testo"`          // what happened, in Italian
	Nota         string             `json:"nota,omitempty"` // people's own words, or ANPR's; none when masked, erased or for others
}

// dettaglioSQL reads figures, document and timeline in one statement, so that
// they are of one instant.
const dettaglioSQL = `
	SELECT jsonb_build_object(
	         'id', v.visura_id, 'revision', v.revision, 'position', v.commit_position || '-' || v.prepare_position,
	         'status', v.status, 'tipo', v.tipo, 'comune', v.comune, 'comune_nome', c.nome,
	         'ente', v.ente, 'ente_denominazione', e.denominazione, 'convenzione', v.convenzione, 'profile', v.profile,
	         'atto', (
	             SELECT jsonb_build_object('numero', v.atto, 'tipo', atto->'tipo', 'estremi', atto->'estremi')
	               FROM convenzioni a, jsonb_path_query(a.stato, '$.Atti[*] ? (@.Numero == $numero)', jsonb_build_object('numero', v.atto)) atto
	              WHERE a.convenzione = v.convenzione),
	         'requester', v.requester, 'requester_codice', u.codice, 'massiva', l.massiva, 'riga', l.riga,
	         'postazione', v.postazione, 'postazione_nome', p.stato->>'nome', 'ambito', v.ambito, 'conferma', v.conferma,
	         'finalita', v.finalita, 'finalita_descrizione', v.finalita_descrizione, 'base_giuridica', v.base_giuridica,
	         'numero_pratica', v.numero_pratica, 'numeri_precedenti', nullif(v.numeri_precedenti, '{}'), 'requested_at', v.requested_at, 'updated_at', v.updated_at,
	         'due_at', v.due_at, 'expires_at', v.expires_at, 'sospesa_dal', v.sospesa_dal, 'incaricato', v.incaricato, 'approval', v.approval, 'approved_at', v.approved_at, 'attempts', v.attempts,
	         'retry_at', v.retry_at, 'reason', v.reason, 'reason_text', v.reason_text, 'warnings', v.warnings,
	         'revocation', CASE WHEN v.revoked_at IS NOT NULL THEN jsonb_build_object('at', v.revoked_at, 'motivo', v.revocation) END,
	         'document', CASE WHEN v.numero IS NOT NULL THEN jsonb_build_object(
	             'numero', v.numero, 'numero_pratica', coalesce(v.numero_stampato, v.numeri_precedenti[1], v.numero_pratica), 'issued_at', v.issued_at, 'sha256', v.sha256, 'size', v.size, 'pages', v.pages,
	             'template', v.template, 'id_operazione_anpr', v.id_operazione_anpr,
	             'id_operazione_comune', v.id_operazione_comune, 'downloads', v.downloads) END,
	         'allarmi', (
	             SELECT jsonb_agg(jsonb_build_object('codice', k.codice, 'versione', k.versione, 'regola', k.regola, 'gravita', k.gravita, 'at', k.opened_at, 'caso', k.caso) ORDER BY k.opened_at, k.codice, k.caso)
	               FROM casi k JOIN casi_visura n USING (caso) WHERE n.visura_id = v.visura_id),
	         'timeline', (
	             SELECT jsonb_agg(jsonb_build_object(
	                      'revision', t.revision, 'type', t.type, 'at', t.at, 'effective', t.effective, 'utente', t.utente,
	                      'utente_codice', tu.codice, 'role', t.role, 'ente', t.ente, 'comune', t.comune,
	                      'postazione', t.postazione, 'testo', t.testo, 'sealed', t.nota) ORDER BY t.revision)
	               FROM dettaglio_evento t LEFT JOIN anagrafica_utente tu ON tu.utente = t.utente
	              WHERE t.visura_id = v.visura_id)),
	       v.soggetto
	  FROM dettaglio v
	  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
	  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
	  LEFT JOIN anagrafica_utente u ON u.utente = v.requester
	  LEFT JOIN postazioni p ON p.postazione = v.postazione
	  LEFT JOIN elenco l ON l.visura_id = v.visura_id
	 WHERE `

// One returns a visura, or domain.NotFound when there is none within reach.
func (q *DettaglioQueries) One(ctx context.Context, reach domain.Reach, id domain.VisuraID) (VisuraDettaglio, error) {
	var w where
	w.add("v.visura_id = ?", id)
	w.visure(reach)
	var d dettaglioRow
	var soggetto *domain.Sealed
	err := q.pool.QueryRow(ctx, dettaglioSQL+w.String(), w.args...).Scan(&d, &soggetto)
	if errors.Is(err, pgx.ErrNoRows) {
		return VisuraDettaglio{}, domain.Errorf(domain.NotFound, "visura inesistente")
	}
	if err == nil {
		err = q.open(ctx, reach, &d, soggetto)
	}
	if err != nil {
		return VisuraDettaglio{}, fmt.Errorf("read visura %s: %w", id, err)
	}
	d.Titolo = title(d.Tipo)
	if d.Atto != nil {
		d.Atto.Titolo = d.Atto.Tipo.Title()
	}
	if d.Revocation != nil {
		d.Revocation.Testo = revokedText(d.Revocation.Motivo)
	}
	for i := range d.Allarmi {
		if !reach.Appoints {
			d.Allarmi[i].Caso = ""
		}
	}
	if reach.Outside && d.Status == domain.NotIssuable {
		d.Warnings = nil
	}
	return d.VisuraDettaglio, nil
}

// dettaglioRow is a visura as its rows hold it, notes sealed.
type dettaglioRow struct {
	VisuraDettaglio
	Timeline []struct {
		Evento
		Sealed *domain.Sealed `json:"sealed"`
	} `json:"timeline"`
}

// open fills in the person and the notes as far as the reach may know them. A
// note that is not shown is not opened.
func (q *DettaglioQueries) open(ctx context.Context, reach domain.Reach, d *dettaglioRow, soggetto *domain.Sealed) error {
	sealed := make([]domain.Sealed, 1+len(d.Timeline))
	if soggetto != nil {
		sealed[0] = *soggetto
	}
	for i, e := range d.Timeline {
		if e.Sealed != nil && !reach.Masked && !(reach.Outside && e.Type == (domain.VisuraNotIssuable{}).EventType()) {
			sealed[i+1] = *e.Sealed
		}
	}
	opened := make([]spoken, len(sealed))
	if err := open(ctx, q.opener, sealed, func(i int) *spoken { return &opened[i] }); err != nil {
		return err
	}
	d.Soggetto = shown(opened[0].Soggetto, reach.Masked)
	d.VisuraDettaglio.Timeline = make([]Evento, len(d.Timeline))
	for i, e := range d.Timeline {
		e.Nota = cmp.Or(opened[i+1].Testo, opened[i+1].Detail, opened[i+1].Domanda, opened[i+1].Risposta, opened[i+1].Motivo)
		d.VisuraDettaglio.Timeline[i] = e.Evento
	}
	return nil
}
