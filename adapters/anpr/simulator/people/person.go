package people

import "time"

// Person is one card of the registry. A person may have two cards (cancelled
// and enrolled again, or registered twice): they share the codice fiscale.
// Everything is read-only once the population exists.
type Person struct {
	Index         int    // position in the population, from 0
	IDANPR        string // national identifier, 9 characters
	Card          string // idSchedaSoggettoANPR
	ComuneCard    string // idSchedaSoggetto of the Comune
	CodiceFiscale string
	FormerCF      string // the codice fiscale before the tax agency gave another, "" if it never did
	Recoded       time.Time
	InvalidCF     bool   // not validated by the tax agency (validitaCF 9)
	Surname, Name string // "" when the person has none
	Sex           byte   // 'M' or 'F'
	Birth         Event
	Father        *Person // may be a person without a card
	Mother        *Person

	Home         *Comune // the competent Comune: of residence or of AIRE enrolment
	Enrolled     Enrolment
	Citizenships []Citizenship // oldest first
	Residences   []Residence   // oldest first
	Bonds        []*Bond       // marriages and civil unions, oldest first
	Cohabitation *Cohabitation

	Family *Family
	Link   int // table 5, or table 6 in a convivenza; 0 when ANPR does not know it
	Order  int // progressivoComponente
	Joined time.Time

	Abroad    *Abroad
	Removed   *Removal
	Death     *Event
	Procedure *Procedure
	Twice     *Comune // also registered here

	Domicile *Residence // a second address, of another kind, answered beside the residence

	Homeless      bool
	Certifiable   int  // table 42
	StatusUnknown bool // marital status 9
	Oddity        Oddity
	Features      Feature
}

// Place is where something happened: a Comune, or a locality abroad, or text.
type Place struct {
	Comune      *Comune
	State       *State
	Locality    string
	County      string
	Exceptional string // luogoEccezionale, as on a ship
}

// Event is a dated fact with its act.
type Event struct {
	Date       time.Time // padded to the first of the month or year when partial
	NoDay      bool
	NoDayMonth bool
	Place      Place
	Act        *Act
}

// Act is an entry in the civil status registers, of paper or (ANSC) digital.
type Act struct {
	Comune              *Comune
	Office              string
	Year                int
	Part, Serie, Number string
	Formed              time.Time
	Transcribed         bool
	ANSC                string // identifier in the digital archive, "" on paper
	Plain               bool   // answered in the older element, not in the ...ANPR one
}

// Citizenship lasts from a day to the day before Until; zero Until means still.
type Citizenship struct {
	State       *State
	From, Until time.Time
}

// Residence lasts from a day to the day before Until; zero Until means still.
type Residence struct {
	Kind        int // tipoIndirizzo, table 25
	Address     *Address
	Abroad      *Foreign
	Presso      string
	From, Until time.Time
}

// Address is an Italian address.
type Address struct {
	Comune                             *Comune
	CAP, Hamlet                        string
	Street                             street
	Number, Metric, Letter, Exponent   string
	Colour, Court, Stair, Inner, Floor string
}

// Foreign is the address of an Italian abroad with the competent consulate.
type Foreign struct {
	post   *post
	Street string
	Number string
}

// Bond is a marriage or a civil union, as one of the two sees it.
type Bond struct {
	Civil   bool
	With    *Person
	Event   Event
	Ordinal int
	End     *BondEnd
	NoData  bool // ANPR lacks the date, place and act
}

// BondEnd is how a bond ended.
type BondEnd struct {
	Code     string // table 31 or 43; "" when the other died
	Event    Event
	Sentence *Sentence
	NoData   bool // ANPR lacks the facts though the status says so
}

// Sentence is a court's decision.
type Sentence struct {
	Date      time.Time
	Number    string
	Court     string // table 32
	Authority string
	Effective time.Time
}

// Cohabitation is a convivenza di fatto with its contract.
type Cohabitation struct {
	With  *Person
	Since time.Time
}

// FamilyState says how far the registration of a family has come.
type FamilyState int

// What ANPR answers about a family depends on these.
const (
	Complete    FamilyState = iota
	Incomplete              // EN213: members are missing
	Registering             // EN214: nobody may read it yet
	InProgress              // EN492: only the competent Comune may read it
)

// Family is a famiglia, a convivenza or an AIRE family.
type Family struct {
	ID        string // idFamigliaConvivenzaANPR
	ComuneID  string
	Home      *Comune
	Card      int // tipoScheda: 3, 4 or 5
	Origin    time.Time
	Reason    string // table 26
	Name      string // denominazioneConvivenza
	Species   string // table 27
	State     FamilyState
	Residence Residence
	Members   []*Person // in order of progressivoComponente
}

// Enrolment is how the competent Comune came to register the person.
type Enrolment struct {
	Date       time.Time
	Reason     string // table 7, or 19 for AIRE
	Protocol   string
	Operation  string
	FromComune *Comune
	FromState  *State
}

// Abroad marks an Italian enrolled in AIRE.
type Abroad struct {
	Year      int // of leaving
	Since     time.Time
	Initiated string // table 20
	Chosen    string // table 21
}

// Removal is the cancellation of a card.
type Removal struct {
	Reason   string // table 15, or 28 for AIRE
	Date     time.Time
	Note     string
	Sentence *Sentence
}

// Procedure is an administrative procedure still open on the person.
type Procedure struct {
	Opened time.Time
	About  string
}
