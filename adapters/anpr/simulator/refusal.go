package simulator

import "strings"

// refusal is one errore of an answer: a code of ANPR's list with its text.
type refusal struct {
	Code  string
	Text  string
	Field string
	Warn  bool
}

// texts are ANPR's own, from its list of errors; @ is filled in.
var texts = map[string]string{
	"999":   "Operazione non effettuabile",
	"EC020": "Il codice richiesta = 1 (scheda individuale completa) non puo' essere selezionato contemporaneamente ad altri codici richiesta",
	"EC025": "Codice datiAnagraficiRichiesti non valido",
	"EC026": "I codici specificati tra i datiAnagraficiRichiesti sono ripetuti una o piu' volte",
	"EC069": "Codice lingua @ inesistente sulla tabella di riferimento",
	"EC070": "Codice tipo certificato @ inesistente sulla tabella di riferimento",
	"EHR09": "Data richiesta @ errata o non compatibile con la data di sistema @",
	"EHR18": "Data di decorrenza della richiesta @ maggiore della data corrente",
	"EHR19": "Data protocollo comune @ maggiore della data corrente",
	"EHR26": "Valore del campo tipoOperazione @ non ammesso. Valori possibili: C=richiesta del cittadino V= variazione per correzioni di errori o anomalie dei dati R =rettifica di una precedente operazione",
	"SP000": "Tipo operazione non ammesso per il servizio",
	"ES004": "Deve essere impostato almeno 1 tra nome e cognome e almeno un identificativo tra codice fiscale, identificativo soggetto attribuito dal comune, identificativo soggetto attribuito da ANPR",
	"ES114": "TipoRichiedente @ non valido per il servizio di certificazione (valori ammessi da 1 a 3)",
	"ES115": "Indicare le generalita' del richiedente",
	"EN043": "Sono presenti piu' soggetti corrispondenti ai dati anagrafici inseriti",
	"EN044": "Il certificato non puo' essere emesso in quanto il soggetto e' iscritto all'AIRE",
	"EN045": "Il certificato non puo' essere emesso in quanto uno o piu' soggetti possiedono un legame con l'intestatario non piu' ammesso",
	"EN046": "Per il soggetto, puo' essere prodotto esclusivamente un certificato di residenza o di stato di famiglia",
	"EN047": "Il soggetto risulta @",
	"EN049": "Il soggetto risulta @",
	"EN050": "Non e' possibile specificare i dati richiesti per una ricerca per famiglia/convivenza",
	"EN051": "Nei dati anagrafici richiesti sono stati specificati valori errati",
	"EN052": "Occorre specificare i dati da interrogare",
	"EN053": "Servizio non attivo con i parametri di ricerca impostati",
	"EN054": "Impossibile emettere il certificato di esistenza in vita in quanto il soggetto e' deceduto",
	"EN055": "Impossibile emettere il Certificato di stato di Famiglia in quanto il soggetto appartiene ad una convivenza e non ad una famiglia anagrafica",
	"EN056": "Impossibile emettere il Certificato di stato di Famiglia per convivenza in quanto il soggetto non appartiene ad una convivenza",
	"EN057": "Impossibile emettere il Certificato di stato di Famiglia AIRE in quanto il soggetto non appartiene ad una famiglia AIRE",
	"EN059": "Impossibile emettere il Certificato di stato di famiglia con rapporti di parentela in quanto la famiglia e' costituita dal solo intestatario",
	"EN060": "Impossibile emettere il Certificato di stato libero del soggetto",
	"EN061": "Il Certificato di decesso non puo' essere emesso perche' il soggetto non risulta deceduto",
	"EN066": "Il servizio richiesta dati non e' effettuabile per piu' di una tipologia di dati richiesti",
	"EN067": "Trovati piu' soggetti per i dati anagrafici specificati nella richiesta",
	"EN068": "Incongruenza dati anagrafici: il nome del soggetto non coincide con quello specificato nella richiesta",
	"EN069": "Incongruenza dati anagrafici: il cognome del soggetto non coincide con quello specificato nella richiesta",
	"EN070": "Incongruenza dati anagrafici: il codice fiscale del soggetto non coincide con quello specificato nella richiesta",
	"EN071": "Incongruenza dati anagrafici: la data di nascita del soggetto non coincide con quella specificata nella richiesta",
	"EN072": "Incongruenza dati anagrafici: il comune di nascita del soggetto non coincide con quello specificato nella richiesta",
	"EN073": "Incongruenza dati anagrafici: la scheda soggetto del comune non coincide con quella specificata nella richiesta",
	"EN074": "Incongruenza dati anagrafici: il codice ISTAT del comune competente per il soggetto non coincide con quello specificato nella richiesta",
	"EN075": "Incongruenza dati anagrafici: il genere del soggetto non coincide con quello specificato nella richiesta",
	"EN079": "id operazione comune gia' presente per un servizio diverso",
	"EN080": "Dati del comune richiedente insufficienti",
	"EN081": "Campo @ obbligatorio assente",
	"EN095": "La richiesta per dati di un soggetto ha individuato piu' cittadini: restringere i parametri della ricerca",
	"EN110": "Impossibile emettere il certificato perche' il soggetto non ha cittadinanza italiana",
	"EN115": "La richiesta ha individuato un numero di occorrenze troppo elevato: restringere i parametri della ricerca",
	"EN122": "La richiesta effettuata non produce alcun risultato",
	"EN124": "Per ricerca tramite identificativo famiglia/convivenza (comunale o di ANPR) il campo tipo scheda deve essere valorizzato (valori ammessi 1: famiglia; 2: convivenza)",
	"EN130": "Nessun soggetto trovato",
	"EN131": "Piu' soggetti trovati",
	"EN132": "Campi obbligatori non valorizzati",
	"EN133": "Nessun soggetto trovato per i parametri di ricerca forniti",
	"EN137": "Impossibile emettere il Certificato perche' non risulta ne' una famiglia ne' una convivenza associata a questo soggetto",
	"EN138": "Impossibile emettere il Certificato perche' non risulta lo stato civile per questo soggetto",
	"EN148": "Utilizzare l'ID ANPR per la ricerca del soggetto",
	"EN160": "Il certificato non puo' essere emesso perche' il soggetto risulta @",
	"EN162": "Il certificato non puo' essere emesso perche' i dati del matrimonio risultano mancanti o incompleti",
	"EN163": "Il certificato non puo' essere emesso perche' il soggetto non risulta cancellato",
	"EN164": "Il certificato non puo' essere emesso in quanto il soggetto non e' iscritto all'AIRE",
	"EN167": "Operazione non effettuabile: il mittente non e' competente sul comune indicato nella richiesta",
	"EN170": "Il certificato richiesto non puo' essere emesso in quanto il soggetto richiedente risulta deceduto",
	"EN175": "Esistono piu' di 50 soggetti con le stesse generalita'",
	"EN176": "Per il soggetto esiste un procedimento aperto in data @ per @",
	"EN181": "Il certificato non puo' essere emesso perche' risulta un procedimento aperto per il soggetto intestatario del certificato",
	"EN204": "Operazione non effettuabile. Comune non competente",
	"EN210": "Comune richiedente non competente sul codice fiscale @ (o non competente alla data della richiesta)",
	"EN212": "La famiglia risulta non certificabile: relazioni di parentela incongruenti",
	"EN213": "La famiglia di appartenenza del cittadino risulta incompleta",
	"EN214": "Non e' possibile consultare i dati del soggetto: la famiglia cui appartiene e' ancora in fase di registrazione",
	"EN221": "Il certificati di stato di famiglia, stato di famiglia per convivenza e stato di famiglia con rapporti di parentela non possono essere emessi perche' la famiglia risulta non ancora iscritta completamente",
	"EN222": "Il certificati di stato di famiglia con rapporti di parentela non puo' essere emesso fiche' non si rivedono i rapporti di parentela con l'intestatario",
	"EN228": "Il certificato non puo' essere emesso in quanto il soggetto e' deceduto",
	"EN229": "Il certificato non puo' essere emesso in quanto il soggetto e' stato cancellato da ANPR",
	"EN328": "La data decorrenza per un certificato storico di residenza, storico residenza alla data o cittadinanza non puo' essere successiva alla data di cancellazione o di decesso del soggetto",
	"EN353": "Il certificato non puo' essere emesso perche' i dati dell'unione civile risultano assenti o incompleti",
	"EN354": "Il certificato non puo' essere emesso perche' i dati del contratto di convivenza risultano assenti o incompleti",
	"EN371": "Valore @ del campo @ inesistente sulla tabella di riferimento",
	"EN379": "Funzionalita' non supportata @",
	"EN391": "Se tipoRichiedente = 3 e' obbligatorio esplicitare, nelle generalita' del richiedente, il documento di riconoscimento",
	"EN407": "Non risultano cittadinanze per il soggetto intestatario del certificato",
	"EN410": "Il certificato di nascita non può essere emesso in quanto il soggetto non risulta nato in Italia",
	"EN412": "Il certificato non puo' essere emesso ad una data di riferimento precedente a quella del subentro del comune di prima iscrizione",
	"EN413": "Il soggetto risulta cancellato",
	"EN417": "Il certificato di @ non puo' essere emesso perche' il soggetto risulta essere iscritto all'AIRE alla data @",
	"EN419": "Il certificato non puo' essere emesso in quanto la data di riferimento risulta precedente a quella di prima iscrizione del soggetto",
	"EN434": "Il certificato non puo' essere emesso perche' non risultano residenze certificabili",
	"EN449": "La data decorrenza puo' essere indicata solamente per richieste di certificati anagrafici storici",
	"EN469": "Il soggetto risulta iscritto anche nel comune di @ con data iscrizione @",
	"EN470": "Il soggetto risulta iscritto sia in Italia che all'estero (AIRE)",
	"EN489": "La richiesta non risulta valida secondo i nuovi XSD",
	"EN492": "Solo il comune competente puo' consultare una famiglia quando sia presente una operazione in corso",
	"EN493": "Accesso negato: il comune richiedente non e' competente",
	"EN527": "Informazioni sull'operazione da fornire in caso di assistenza : data @ , idOperazioneANPR @",
}

// refuse makes a refusal, filling the @ of its text in order.
func refuse(code string, values ...string) *refusal {
	text, ok := texts[code]
	if !ok {
		text = "Errore " + code
	}
	for _, v := range values {
		text = strings.Replace(text, "@", v, 1)
	}
	return &refusal{Code: code, Text: text}
}

// warn makes an anomaly that leaves the answer usable.
func warn(code string, values ...string) refusal {
	r := refuse(code, values...)
	r.Warn = true
	return *r
}

// on names the field of the request at fault.
func (r *refusal) on(field string) *refusal {
	r.Field = field
	return r
}
