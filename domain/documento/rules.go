package documento

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The rules on the person are what ANPR checks before a certificate (ANPR.md
// section 5); what does not prevent a visura is a warning here.

// rules returns the rules of every type around those of one, which say more than a
// flag does.
func rules(own ...Rule) []Rule {
	return slices.Concat([]Rule{codeHolder, birthCompared, withinAmbito, certifiable, taxCodeConfirmed}, own, []Rule{notStopped})
}

// refuse returns the refusal for a reason.
func refuse(reason string) Finding {
	return Finding{Refuses: true, Code: reason, Text: domain.NotIssuableText(reason)}
}

// refuseIf refuses when the condition holds.
func refuseIf(condition bool, reason string) Finding {
	if !condition {
		return Finding{}
	}
	return refuse(reason)
}

// warn returns a warning, printed on the document.
func warn(code, text string) Finding { return Finding{Code: code, Text: text} }

// withinAmbito refuses a person of another Comune where only the Comune's own are asked
// about. ANPR searches these alone then; its answer is checked too.
func withinAmbito(c Case) Finding {
	if c.Visura.Ambito() == domain.Nazionale {
		return Finding{}
	}
	asked, registered := c.Visura.Request.Comune, c.Persona.Comune()
	if registered.ISTAT == "" || registered.ISTAT.Same(asked) {
		return Finding{}
	}
	// An entry keeps the code of its day: the address tells that of today, and
	// where none was asked for the name of the Comune does.
	address, ok := c.Persona.Residenza()
	if !ok {
		return refuseIf(!strings.EqualFold(registered.Nome, c.Comune.Nome), domain.ReasonOtherComune)
	}
	now := address.Indirizzo.Comune
	return refuseIf(!now.ISTAT.Same(asked) || registered.Elsewhere(now), domain.ReasonOtherComune)
}

// certifiable refuses or warns by table 42. The warning does not say why the data
// are limited: that may be a guardianship, which is not printed.
func certifiable(c Case) Finding {
	switch c.Persona.Certificabile {
	case scheda.NonCertificabile:
		return refuse(domain.ReasonNotCertifiable)
	case scheda.CertificabileParziale:
		if slices.Contains(partialSuffices, c.Visura.Request.Tipo) {
			return Finding{}
		}
		return warn("certificabilita_parziale", partialText)
	case scheda.NonIscrivibile, scheda.Tutelato:
		return warn("certificabilita_limitata", "In ANPR risultano limitazioni alla certificabilità dei dati del soggetto: verificare con l'Ufficio Anagrafe.")
	}
	return Finding{}
}

// partialSuffices are the types whose certificates ANPR issues of who is partly
// certifiable (its pages on the checks before each certificate).
var partialSuffices = []domain.Tipo{domain.Residenza, domain.StatoFamiglia}

// taxCodeConfirmed warns of a tax code that the Agenzia delle Entrate has not
// confirmed.
func taxCodeConfirmed(c Case) Finding {
	if g := c.Persona.Generalita; g.CodiceFiscale != "" && !g.CodiceFiscaleValido {
		return warn("codice_fiscale_non_validato", "Il codice fiscale non risulta validato dall'Agenzia delle Entrate.")
	}
	return Finding{}
}

// resident refuses Italians abroad.
func resident(c Case) Finding { return refuseIf(c.Persona.AIRE(), domain.ReasonAIRE) }

// inAIRE refuses whoever is not an Italian abroad.
func inAIRE(c Case) Finding { return refuseIf(!c.Persona.AIRE(), domain.ReasonNotAIRE) }

// registered refuses the dead and those who left the register, by tables 15 and
// 28: code 10 is a double entry, 6 (AIRE: 5) that the person cannot be traced, 8
// the move to AIRE.
func registered(c Case) Finding {
	p := c.Persona
	switch {
	case p.Deceased():
		return refuse(domain.ReasonDeceased)
	case p.Cancellazione == nil:
		return Finding{}
	}
	switch code := p.Cancellazione.Codice; {
	case code == "10":
		return refuse(domain.ReasonDoubleEntry)
	case !p.AIRE() && code == "6", p.AIRE() && code == "5":
		return refuse(domain.ReasonUntraceable)
	case !p.AIRE() && code == "8":
		return refuse(domain.ReasonAIRE)
	}
	return refuse(domain.ReasonCancelled)
}

// warnIfGone warns, on a history, that the person left the register.
func warnIfGone(c Case) Finding {
	p := c.Persona
	switch {
	case p.Deceased():
		return warn("soggetto_deceduto", "Il soggetto risulta deceduto.")
	case p.Cancellazione == nil:
		return Finding{}
	}
	text := "Il soggetto risulta cancellato dall'anagrafe"
	if d := p.Cancellazione.Decorrenza; !d.IsZero() {
		text += " dal " + d.Italian()
	}
	if why := p.CancellazioneText(); why != "" {
		text += " per " + why
	}
	return warn("soggetto_cancellato", text+".")
}
