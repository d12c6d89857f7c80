package api

import (
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const uuidFormat = "uuid"

// statuses are all a request may be.
var statuses = []string{
	string(domain.Awaiting), string(domain.InProgress), string(domain.Issued), string(domain.Revoked), string(domain.NotIssuable),
	string(domain.Rejected), string(domain.Withdrawn), string(domain.Lapsed), string(domain.Expired), string(domain.Failed),
}

var conferme = []string{string(domain.Immediata), string(domain.Manuale), string(domain.SilenzioAssenso)}

var tipiEnte = []string{string(domain.EnteConvenzionato), string(domain.EnteGestore), string(domain.EnteUfficio)}

// ruoli are those people choose among, metodi how they proved who they are.
var (
	ruoli  = []string{string(domain.RoleStandard), string(domain.RoleAdmin), string(domain.RoleTop), string(domain.RoleAnagrafe), string(domain.RoleAuditor)}
	metodi = []string{
		string(commands.MethodPassword), string(commands.MethodPasswordTOTP), string(commands.MethodPasswordRecovery),
		string(commands.MethodPasskey), string(commands.MethodOIDC),
	}
)

// esiti are what may become of one of several decisions.
func esiti() (all []string) {
	for _, e := range edge.Esiti {
		all = append(all, string(e))
	}
	return all
}

// glossary says in Italian what each property of the API means; a name has one
// meaning, unless it is listed with its schema.
var glossary = map[string]term{
	// Of requests about many people.
	"RigaMassiva.stato":               {about: "in_progress: le righe sono chieste; stopped: fermata, chi l'ha fatta può farla proseguire; withdrawn: ritirata; completed: ogni riga è chiesta", values: []string{string(domain.StatoInProgress), string(domain.StatoStopped), string(domain.StatoWithdrawn), string(domain.StatoCompleted)}},
	"MassivaDettaglio.stato":          {about: "in_progress: le righe sono chieste; stopped: fermata, chi l'ha fatta può farla proseguire; withdrawn: ritirata; completed: ogni riga è chiesta", values: []string{string(domain.StatoInProgress), string(domain.StatoStopped), string(domain.StatoWithdrawn), string(domain.StatoCompleted)}},
	"RigaMassiva.righe":               {about: "Quante sono le righe"},
	"MassivaDettaglio.righe":          {about: "Quante sono le righe"},
	"chieste":                         {about: "Per quante righe, dalla prima, una visura è chiesta"},
	"RigaMassiva.quota":               {about: "La quota esaurita; assente: nessuna lo è"},
	"MassivaDettaglio.quota":          {about: "La quota esaurita; assente: nessuna lo è"},
	"RigaMassiva.resume_at":           {about: "Quando prosegue, se una quota è esaurita o a quest'ora non si può chiedere"},
	"MassivaDettaglio.resume_at":      {about: "Quando prosegue, se una quota è esaurita o a quest'ora non si può chiedere"},
	"RigaMassiva.item":                {about: "L'elemento per cui è fermata, finché lo è"},
	"MassivaDettaglio.item":           {about: "L'elemento per cui è fermata, finché lo è"},
	"RigaMassiva.testo":               {about: "Perché è fermata, finché lo è"},
	"MassivaDettaglio.testo":          {about: "Perché è fermata, finché lo è"},
	"RigaMassiva.base_giuridica":      {about: "Base giuridica per cui la convenzione ammette le richieste massive"},
	"MassivaDettaglio.base_giuridica": {about: "Base giuridica per cui la convenzione ammette le richieste massive"},
	"MassivaDettaglio.visure":         {about: "Quante visure delle righe chieste sono in ogni stato"},
	"massiva":                         {about: "UUID della richiesta massiva per cui è chiesta; assente: è chiesta da sola", format: uuidFormat},
	"RigaElenco.riga":                 {about: "La sua riga nella richiesta massiva, da 1; assente: è chiesta da sola"},
	"VisuraDettaglio.riga":            {about: "La sua riga nella richiesta massiva, da 1; assente: è chiesta da sola"},
	"AskedAboutMany.righe":            {about: "Quante sono le righe"},
	"AskedAboutMany.errori":           {about: "Che cosa non va in quali righe; nessuna: ognuna è ammessa"},
	"AskedAboutMany.preview":          {about: "Nulla è scritto"},
	"WrongRow.riga":                   {about: "La riga del file, o quale delle persone, da 1"},
	// Of reviews of who may act.
	"RigaRicertificazione.closed_at":      {about: "Quando si è conclusa"},
	"RicertificazioneDettaglio.closed_at": {about: "Quando si è conclusa"},
	"RigaRicertificazione.opened_at":      {about: "Quando è stata aperta"},
	"RicertificazioneDettaglio.opened_at": {about: "Quando è stata aperta"},
	"RicertificazioneDettaglio.utenti":    {about: "Chi è da confermare: prima chi manca"},
	"DaConfermare.confirmed_at":           {about: "Quando è stato confermato"},
	"DaConfermare.confirmed_by":           {about: "UUID di chi lo ha confermato"},
	"FinalitaDaConfermare.confirmed_at":   {about: "Quando è stata confermata"},
	"FinalitaDaConfermare.confirmed_by":   {about: "UUID di chi l'ha confermata"},
	"FinalitaDaConfermare.richieste":      {about: "Quante delle richieste contate l'hanno indicata"},
	"RicertificazioneDettaglio.atto":      {about: "Numero dell'atto le cui finalità sono da confermare; assente: nessuna lo è"},
	"RicertificazioneDettaglio.finalita":  {about: "Le finalità da confermare: prima quelle che mancano"},
	"RicertificazioneDettaglio.richieste": {about: "Quante richieste dell'Ente al Comune sono contate: da un anno prima dell'apertura, le ultime 10.000"},
	"RicertificazioneDettaglio.inibite":   {about: "Quante finalità sono state inibite alla conclusione, perché non confermate"},
	"RigaRicertificazione.inibite":        {about: "Quante finalità sono state inibite alla conclusione, perché non confermate"},
	"finalita_confermate":                 {about: "Quante finalità sono già confermate"},
	"finalita_mancanti":                   {about: "Quante finalità non sono ancora confermate"},
	"inibite":                             {about: "Codici delle finalità che non si possono indicare, perché nessuno le ha confermate alla ricertificazione"},
	"confermati":                          {about: "Quanti sono già confermati"},
	"entro":                               {about: "Ultimo giorno per confermare, AAAA-MM-GG"},
	"mancanti":                            {about: "Quanti non sono ancora confermati"},
	"sospesi":                             {about: "Quanti sono stati sospesi alla conclusione, perché non confermati"},

	// Of several decisions at once.
	"Decided.decisa_da": {about: "Codice di chi ha deciso; assente: nessuno, o il tempo"},
	"Decided.decisa_il": {about: "Da quando ha effetto ciò che è stato deciso"},
	"Decided.esito": {about: "Che cosa ne è stato: `done` è com'è stato deciso, ora o ripetendo la stessa decisione; `already_decided` altri, o il tempo, sono venuti prima; " +
		"`lapsed` non era più ammessa ed è decaduta; `changed` attende ancora, ma non è più la revisione che si è letta; `refused` chi chiama non può; `not_found` non c'è; `failed` non si sa: va ripetuta", values: esiti()},
	"Decisioni.items":   {about: "Di ciascuna visura, nell'ordine in cui è indicata"},
	"Decided.messaggio": {about: "Perché non è com'è stato deciso"},

	// Of how people and machines come in.
	"attuale":         {about: "La password attuale"},
	"capacita":        {about: "La capacità scelta"},
	"cerimonia":       {about: "Da restituire con la risposta, entro cinque minuti"},
	"Capacity.role":   {about: "Ruolo", values: ruoli},
	"Capacita.role":   {about: "Ruolo"},
	"Capacita.comuni": {about: "Comuni che hanno dato il ruolo presso l'Ente"},
	"codici":          {about: "Dieci codici di recupero: ciascuno vale una volta"},
	"collegamento":    {about: "Indirizzo che vale una volta"},
	"creata":          {about: "Quando la passkey è stata registrata"},
	"dispositivo":     {about: "Nome del dispositivo"},
	"indirizzo":       {about: "Indirizzo da cui si è entrati"},
	"iniziata":        {about: "Quando la sessione è iniziata"},
	"metodo":          {about: "Come si è entrati", values: metodi},
	"passkey":         {about: "Le passkey registrate"},
	"password":        {about: "Password"},
	"questa":          {about: "È la sessione con cui si chiede"},
	"passo":           {about: "Quello dato dal primo passo dell'accesso"},
	"sessione":        {about: "Identificativo della sessione"},
	"sessioni":        {about: "Le sessioni aperte"},
	"totp":            {about: "I codici a tempo sono registrati"},
	"ultimo_uso":      {about: "Quando è stata usata l'ultima volta"},

	"ambito":                {about: "comunale (predefinito): persone del Comune; nazionale: di qualunque Comune", values: []string{string(domain.Comunale), string(domain.Nazionale)}},
	"approval":              {about: "Come la richiesta è stata confermata", values: conferme},
	"approved_at":           {about: "Da quando vale la conferma"},
	"at":                    {about: "Quando il fatto è stato registrato"},
	"attempts":              {about: "Tentativi di interrogazione di ANPR"},
	"azioni":                {about: "Che cosa è stato fatto, o si farebbe"},
	"base_giuridica":        {about: "Base giuridica della finalità, secondo la convenzione"},
	"cancellato":            {about: "I dati della persona sono stati cancellati"},
	"code":                  {about: "Codice del problema, per i programmi"},
	"codice":                {about: "Codice"},
	"codice_fiscale":        {about: "Codice fiscale, sedici caratteri; ammessa l'omocodia"},
	"cognome":               {about: "Cognome"},
	"comune":                {about: "Codice ISTAT del Comune che dà accesso, sei cifre"},
	"comune_nome":           {about: "Nome del Comune"},
	"comuni":                {about: "Codici ISTAT dei Comuni"},
	"conferma":              {about: "Come la richiesta va confermata", values: conferme},
	"contatto":              {about: "A chi rivolgersi, se è noto"},
	"convenzione":           {about: "Convenzione in forza della quale si chiede", format: uuidFormat},
	"data_nascita":          {about: "Data di nascita, AAAA-MM-GG"},
	"descrizione":           {about: "Descrizione, come si stampa"},
	"detail":                {about: "Spiegazione di questo caso"},
	"downloads":             {about: "Quante volte il documento è stato scaricato"},
	"due_at":                {about: "Da quando il silenzio vale assenso"},
	"expires_at":            {about: "Quando scade, se nessuno decide o risponde"},
	"sospesa_dal":           {about: "Da quando il richiedente deve rispondere a una domanda dell’Anagrafe: intanto il termine è sospeso"},
	"incaricato":            {about: "L’ufficiale che se ne occupa; assente: nessuno in particolare"},
	"effective":             {about: "Da quando il fatto vale, se diverso da quando è stato registrato"},
	"ente":                  {about: "Ente che chiede", format: uuidFormat},
	"ente_denominazione":    {about: "Denominazione dell'Ente"},
	"errori":                {about: "Che cosa non va nella riga"},
	"errors":                {about: "Gli elementi della richiesta che non vanno"},
	"field":                 {about: "L'elemento della richiesta"},
	"finalita":              {about: "Codice della finalità, fra quelle della convenzione"},
	"finalita_descrizione":  {about: "Descrizione della finalità"},
	"id":                    {about: "Identificativo", format: uuidFormat},
	"id_operazione_anpr":    {about: "Identificativo dell'operazione presso ANPR"},
	"id_operazione_comune":  {about: "Identificativo dell'operazione presso il Comune"},
	"instance":              {about: "Riferimento da citare a chi gestisce il servizio"},
	"issued_at":             {about: "Quando la visura è stata emessa"},
	"items":                 {about: "Le righe della pagina"},
	"mascherato":            {about: "La persona è mostrata in parte"},
	"message":               {about: "Che cosa non va"},
	"motivo":                {about: "Perché"},
	"next":                  {about: "Cursore della pagina seguente; assente nell'ultima"},
	"nome":                  {about: "Nome"},
	"nota":                  {about: "Parole di chi ha deciso, ritirato, revocato o, amministrando, scaricato"},
	"numero":                {about: "Numero della visura e codice di verifica"},
	"numero_pratica":        {about: "Protocollo, fascicolo o pratica per cui si chiede"},
	"numeri_precedenti":     {about: "I numeri di pratica poi corretti, dal primo"},
	"pages":                 {about: "Pagine del documento"},
	"parts":                 {about: "Ciascuna parte del servizio: ok oppure ko"},
	"pec":                   {about: "Indirizzo di posta elettronica certificata"},
	"position":              {about: "Posizione da passare in at_least per leggere almeno fin qui"},
	"postazione":            {about: "Postazione da cui si è agito"},
	"preview":               {about: "Se era una prova: nulla è stato scritto"},
	"profile":               {about: "Profilo in forza del quale si chiede", format: uuidFormat},
	"reason":                {about: "Codice del motivo per cui non c'è un documento"},
	"reason_text":           {about: "Motivo per cui non c'è un documento"},
	"requested_at":          {about: "Quando la visura è stata chiesta"},
	"requester":             {about: "Utente che ha chiesto", format: uuidFormat},
	"requester_codice":      {about: "Codice dell'utente che ha chiesto"},
	"retry_at":              {about: "Da quando ANPR sarà interrogata di nuovo"},
	"revision":              {about: "Numero d'ordine dell'ultimo fatto della storia"},
	"riga":                  {about: "Numero della riga nel file"},
	"righe":                 {about: "Le righe del file, nell'ordine"},
	"role":                  {about: "In quale ruolo si è agito"},
	"sesso":                 {about: "M, F o N"},
	"sha256":                {about: "Impronta SHA-256 del documento, esadecimale"},
	"size":                  {about: "Dimensione del documento in byte"},
	"status":                {about: "Stato della richiesta", values: statuses},
	"template":              {about: "Versione del modello di documento"},
	"testo":                 {about: "Che cosa è successo"},
	"timeline":              {about: "La storia della richiesta, dal primo fatto"},
	"tipo":                  {about: "Tipo di visura", values: typeCodes()},
	"title":                 {about: "Che cosa è successo, in breve"},
	"titolo":                {about: "Titolo del tipo di visura"},
	"type":                  {about: "Nome del fatto"},
	"updated_at":            {about: "Quando la richiesta è cambiata per l'ultima volta"},
	"utente":                {about: "Chi ha agito; assente se il sistema", format: uuidFormat},
	"utente_codice":         {about: "Codice di chi ha agito"},
	"version":               {about: "Versione del servizio"},
	"warnings":              {about: "Codici delle avvertenze"},
	"Accepted.id":           {about: "Identificativo di ciò su cui si è operato"},
	"AmendEnte.tipo":        {values: tipiEnte},
	"ImportedRow.utente":    {about: "La persona della riga", format: uuidFormat},
	"Problem.status":        {about: "Codice di stato HTTP"},
	"Problem.type":          {about: "Riferimento alla spiegazione del tipo di problema", format: "uri-reference"},
	"RegisterEnte.tipo":     {values: tipiEnte},
	"RejectVisura.motivo":   {about: "Codice del motivo del rifiuto", values: motivoCodes(domain.Motivi())},
	"RejectVisura.testo":    {about: "Motivazione per chi ha chiesto"},
	"revocation":            {about: "Quando e perché il documento è stato revocato; assente: non lo è stato"},
	"revoked_at":            {about: "Quando la visura è stata revocata; assente: non lo è stata"},
	"Revoca.at":             {about: "Quando è stata revocata"},
	"Revoca.motivo":         {about: "Codice del motivo della revoca", values: motivoCodes(domain.MotiviRevoca())},
	"Revoca.testo":          {about: "Il motivo della revoca"},
	"RevokeVisura.motivo":   {about: "Codice del motivo della revoca", values: motivoCodes(domain.MotiviRevoca())},
	"RevokeVisura.testo":    {about: "Spiegazione per chi ha il documento"},
	"Soggetto.data_nascita": {about: "Data di nascita: AAAA, AAAA-MM o AAAA-MM-GG"},
	"Soggetto.testo":        {about: "La persona in una riga, per quanto chi legge può sapere; dati cancellati se non c'è più"},
	"Status.status":         {about: "ok, oppure degraded se qualche parte non va", values: []string{"ok", "degraded"}},
	"WithdrawVisura.testo":  {about: "Perché la richiesta è ritirata"},

	// Of what is printed, which stays as it is.
	"Documento.numero_pratica": {about: "Il numero di pratica che il documento riporta"},
}
