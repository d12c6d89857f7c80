package people

import (
	"hash/fnv"
	"math/rand/v2"
)

// Oddity names how the registry holds somebody otherwise than it should, or than
// its schema lets expect. The life told of the person is coherent all the same;
// what is odd is the card. "" is none. A person has one at most, and no visura
// counts as fitting for who has one.
type Oddity string

// Every oddity.
const (
	StatusUndocumented      Oddity = "StatusUndocumented"      // the marital status is flagged as not documented
	RemarriedOldBondOnly    Oddity = "RemarriedOldBondOnly"    // of two marriages ANPR holds the first, with its end
	WidowedStatusNotUpdated Oddity = "WidowedStatusNotUpdated" // the spouse's death is held, the status is still married
	FormerStateNamed        Oddity = "FormerStateNamed"        // Italian, before of a State that ceased: 998 with its name
	BirthplaceUnattributed  Oddity = "BirthplaceUnattributed"  // born in a State "NON ATTRIBUIBILE", code 998

	ReEntered            Oddity = "ReEntered"            // entered again after an absence of which ANPR holds no cancellation
	EnteredBeforeAddress Oddity = "EnteredBeforeAddress" // entered long before the first address that ANPR holds
	CancelledAfterDeath  Oddity = "CancelledAfterDeath"  // dead, with a cancellation that runs from a later day
	FormerCodeOfComune   Oddity = "FormerCodeOfComune"   // entered under a code that the Comune has no more
	WordsInPlaceOfNumber Oddity = "WordsInPlaceOfNumber" // a building's name stands for the house number

	KinshipFlagged        Oddity = "KinshipFlagged"        // the kinship of the family is flagged on the head's card (EN212)
	PartlyCertifiableHead Oddity = "PartlyCertifiableHead" // the head of a family is certifiable for residence and family alone
	MemberNotCertifiable  Oddity = "MemberNotCertifiable"  // another member of the family is not certifiable
	ProvisionalCode       Oddity = "ProvisionalCode"       // a codice fiscale of eleven digits
	UnnamedBornInAYear    Oddity = "UnnamedBornInAYear"    // no name, and of the birth the year alone
	Umlauts               Oddity = "Umlauts"               // a surname and a name that others write out
)

// odd is how somebody of each oddity comes about.
var odd = []struct {
	Oddity
	add func(*builder, *Comune) *Person
}{
	{StatusUndocumented, (*builder).undocumented},
	{RemarriedOldBondOnly, (*builder).remarried},
	{WidowedStatusNotUpdated, (*builder).widow},
	{FormerStateNamed, (*builder).bornInYugoslavia},
	{BirthplaceUnattributed, (*builder).bornSomewhere},
	{ReEntered, (*builder).missed},
	{EnteredBeforeAddress, (*builder).longEntered},
	{CancelledAfterDeath, (*builder).dead},
	{FormerCodeOfComune, (*builder).simplyHoused},
	{WordsInPlaceOfNumber, (*builder).namedHouse},
	{KinshipFlagged, (*builder).head},
	{PartlyCertifiableHead, (*builder).partlyCertifiable},
	{MemberNotCertifiable, (*builder).besideUncertifiable},
	{ProvisionalCode, (*builder).provisional},
	{UnnamedBornInAYear, (*builder).unnamed},
	{Umlauts, (*builder).umlauts},
}

// Oddities lists all that there are.
func Oddities() (list []Oddity) {
	for _, o := range odd {
		list = append(list, o.Oddity)
	}
	return list
}

// oddities adds, to the first Comune, somebody of each oddity with their family.
// Each is drawn from a generator of its own: another oddity changes nobody.
func (b *builder) oddities(seed uint64) {
	for _, o := range odd {
		name := fnv.New64a()
		name.Write([]byte(o.Oddity))
		b.Rand = rand.New(rand.NewPCG(seed, name.Sum64()))
		o.add(b, homes[0]).Oddity = o.Oddity
	}
}

// Odd is the person of an oddity, nil if there is no such oddity.
func (pop *Population) Odd(o Oddity) *Person { return pop.odd[o] }

// undocumented is divorced, and showed no record of it.
func (b *builder) undocumented(home *Comune) *Person {
	p, _ := b.divorced(home)
	return p
}

// bornInYugoslavia became Italian when the State of birth had ceased.
func (b *builder) bornInYugoslavia(home *Comune) *Person {
	p := b.foreigner(b.sex(), b.between(day(1955, 1, 1), day(1975, 1, 1)), yugoslav, home)
	p.acquire(day(2001, 3, 3), false)
	f := b.housed(home, "2", p)
	b.enrol(p)
	f.join(p, 1, f.Origin)
	return p
}

// bornSomewhere is an Italian born in a State that the registry does not tell.
func (b *builder) bornSomewhere(home *Comune) *Person {
	return b.plainAdult(home, func(p *Person) {
		p.Birth.Place, p.Birth.Act = Place{State: unsaid, Locality: "SARATOV"}, nil
	})
}
