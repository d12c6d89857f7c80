package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// The rules on the person: what ANPR checks before a certificate (ANPR.md
// section 5), with what is no obstacle to a visura turned into a warning.

// regole puts the rules of every kind before those of one.
func rules(proprie ...Rule) []Rule {
	return slices.Concat([]Rule{withinAmbito, certifiable, taxCodeConfirmed}, proprie)
}

// rifiuta is the refusal for a reason.
func refuse(reason string) Finding {
	return Finding{Refuses: true, Code: reason, Text: domain.NotIssuableText(reason)}
}

// se refuses when the condition holds.
func refuseIf(condition bool, reason string) Finding {
	if !condition {
		return Finding{}
	}
	return refuse(reason)
}

// avverti is a warning, printed on the document.
func warn(code, testo string) Finding { return Finding{Code: code, Text: testo} }

// competenza keeps a comunale request within the Comune. ANPR searches there
// only; this is the second lock on the same door.
func withinAmbito(c Case) Finding {
	if c.Visura.Request.Ambito == domain.Nazionale {
		return Finding{}
	}
	istat := c.Persona.Comune().ISTAT
	return refuseIf(istat != "" && istat != c.Visura.Request.Comune, domain.ReasonOtherComune)
}

// certificabilita reads table 42. Why a person's data are limited is nobody's
// business here: guardianship is not printed.
func certifiable(c Case) Finding {
	switch c.Persona.Certificabile {
	case scheda.NonCertificabile:
		return refuse(domain.ReasonNotCertifiable)
	case scheda.CertificabileParziale:
		if ofResidenzaOrFamiglia(c.Visura.Request.Tipo) {
			return Finding{}
		}
		return warn("certificabilita_parziale", "In ANPR il soggetto è certificabile solo per residenza e stato di famiglia: i dati qui riportati vanno verificati con l'Ufficio Anagrafe.")
	case scheda.NonIscrivibile, scheda.Tutelato:
		return warn("certificabilita_limitata", "In ANPR risultano limitazioni alla certificabilità dei dati del soggetto: verificare con l'Ufficio Anagrafe.")
	}
	return Finding{}
}

func ofResidenzaOrFamiglia(t domain.Tipo) bool {
	switch t {
	case domain.Residenza, domain.ResidenzaAIRE, domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE:
		return true
	}
	return false
}

func taxCodeConfirmed(c Case) Finding {
	if g := c.Persona.Generalita; g.CodiceFiscale != "" && !g.CodiceFiscaleValido {
		return warn("codice_fiscale_non_validato", "Il codice fiscale non risulta validato dall'Agenzia delle Entrate.")
	}
	return Finding{}
}

// residente refuses Italians abroad.
func resident(c Case) Finding { return refuseIf(c.Persona.AIRE(), domain.ReasonAIRE) }

// iscrittoAIRE refuses everybody else.
func inAIRE(c Case) Finding { return refuseIf(!c.Persona.AIRE(), domain.ReasonNotAIRE) }

// iscritto refuses the dead and the cancelled, each with the reason that helps.
func registered(c Case) Finding {
	p := c.Persona
	switch {
	case p.Deceased():
		return refuse(domain.ReasonDeceased)
	case p.Cancellazione == nil:
		return Finding{}
	}
	switch motivo := p.Cancellazione.Codice; {
	case motivo == "10":
		return refuse(domain.ReasonDoubleEntry)
	case !p.AIRE() && motivo == "6", p.AIRE() && motivo == "5":
		return refuse(domain.ReasonUntraceable)
	case !p.AIRE() && motivo == "8":
		return refuse(domain.ReasonAIRE)
	}
	return refuse(domain.ReasonCancelled)
}

// notaCancellazione warns, on a history, that the person left the register.
func warnIfGone(c Case) Finding {
	p := c.Persona
	switch {
	case p.Deceased():
		return warn("soggetto_deceduto", "Il soggetto risulta deceduto.")
	case p.Cancellazione == nil:
		return Finding{}
	}
	testo := "Il soggetto risulta cancellato dall'anagrafe"
	if d := p.Cancellazione.Decorrenza; !d.IsZero() {
		testo += " dal " + d.Italian()
	}
	if m := p.CancellazioneText(); m != "" {
		testo += " per " + m
	}
	return warn("soggetto_cancellato", testo+".")
}
