package people

// classify gives a person its features, once the whole population is known.
func (pop *Population) classify(p *Person) {
	f := pop.traits(p) | traitsOfBonds(p) | traitsOfFamily(p)
	if f&obstacles == 0 && p.Oddity == "" {
		f |= Clean
	}
	p.Features = f | fits(p, f)
}

// obstacles stop or complicate every visura.
const obstacles = Deceased | PresumedDead | Irreperibile | FamilyRegistering | DuplicateCard | DoubleRegistration |
	NotCertifiable | PartiallyCertifiable | OpenProcedure | InvalidCF

func (pop *Population) traits(p *Person) (f Feature) {
	set := func(on bool, bit Feature) {
		if on {
			f |= bit
		}
	}
	set(p.Birth.Date.After(AsOf.AddDate(-18, 0, 0)), Minor)
	set(p.Removed != nil && p.Removed.Reason == "1", Deceased)
	set(p.Removed != nil && p.Removed.Reason == "2", PresumedDead)
	set(p.Removed != nil && p.Removed.Reason > "2", Irreperibile)
	set(p.Abroad != nil, AIRE)
	now := p.CitizenshipsAt(AsOf)
	set(len(now) > 0 && now[0].State != italy, Foreigner)
	set(len(now) > 1, SeveralCitizenships)
	set(len(p.Citizenships) > 1 && p.Italian(AsOf), AcquiredCitizenship)
	set(len(now) == 0 || now[0].State == undefined || now[0].State == stateless, CitizenshipUnknown)
	set(p.Homeless, Homeless)
	set(pop.named[nameKey(p.Surname, p.Name, p.Sex, p.Birth.Date)] > 1 && len(pop.byCF[p.CodiceFiscale]) == 1, Homonym)
	set(len(pop.byCF[p.CodiceFiscale]) > 1 && p.Twice == nil, DuplicateCard)
	set(p.Twice != nil, DoubleRegistration)
	set(p.Certifiable == 0 || p.Certifiable > 2, NotCertifiable)
	set(p.Certifiable == 1, PartiallyCertifiable)
	set(p.Procedure != nil, OpenProcedure)
	set(p.Surname == "", NoSurname)
	set(p.Name == "", NoName)
	set(len(p.Surname) > 60, LongName)
	set(!ascii(p.Surname+p.Name), NonASCII)
	set(p.Birth.NoDay || p.Birth.NoDayMonth, PartialBirthDate)
	set(p.Birth.Place.Exceptional != "", ExceptionalBirthplace)
	set(p.Birth.Place.State != nil, BornAbroad)
	set(p.Birth.Act == nil, MissingBirthAct)
	set(len(p.CodiceFiscale) == 16 && p.CodiceFiscale[14] > '9', Omocode)
	set(p.InvalidCF, InvalidCF)
	set(len(p.KnownResidences(AsOf)) > 1, Moved)
	set(p.Enrolled.FromComune != nil || p.Enrolled.FromState != nil, CameFromElsewhere)
	set(p.Domicile != nil, TwoAddresses)
	set(p.FormerCF != "", CodeChanged)
	return f
}

func traitsOfBonds(p *Person) (f Feature) {
	b := p.BondAt(AsOf)
	switch p.StatusAt(AsOf) {
	case "1":
		f = Single
	case "2":
		f = Married
	case "3":
		f = Widowed
	case "4":
		f = Divorced
	case "6":
		f = CivilUnion
	case "7", "8":
		f = CivilUnionEnded
	case "9":
		f = StatusUnknown
	}
	if b != nil && (b.NoData || (b.End != nil && b.End.NoData)) {
		f |= MissingBondData
	}
	if len(p.Bonds) > 1 {
		f |= Remarried
	}
	if p.Cohabitation != nil {
		f |= Cohabiting
	}
	return f
}

func traitsOfFamily(p *Person) (f Feature) {
	fam := p.FamilyAt(AsOf)
	if fam == nil {
		return 0
	}
	members := fam.MembersAt(AsOf)
	switch fam.State {
	case Incomplete:
		f |= FamilyIncomplete
	case Registering:
		f |= FamilyRegistering
	case InProgress:
		f |= FamilyInProgress
	}
	switch {
	case fam.Card == 4:
		f |= InConvivenza
	case len(members) == 1:
		f |= LivesAlone
	case len(members) >= 12:
		f |= LargeFamily
	}
	for _, m := range members {
		if m.Link == 0 || m.Link == 99 || m.Link == 14 {
			f |= LinkUnknown
		}
	}
	return f
}

func fits(p *Person, f Feature) (fit Feature) {
	set := func(on bool, bit Feature) {
		if on {
			fit |= bit
		}
	}
	not := func(g Feature) bool { return f&g == 0 }
	clean := f&Clean != 0
	resident := clean && not(AIRE)
	family := p.FamilyAt(AsOf) != nil && not(InConvivenza|FamilyIncomplete|FamilyInProgress|FamilyRegistering)
	facts := not(MissingBondData | StatusUnknown)
	set(resident && not(BornAbroad|MissingBirthAct), FitsNascita)
	set(resident, FitsEsistenzaInVita)
	set(f&Deceased != 0 && not(AIRE|DoubleRegistration|DuplicateCard), FitsMorte)
	set(resident && not(SeveralCitizenships|CitizenshipUnknown), FitsCittadinanza)
	set(resident && facts && f&Married != 0, FitsMatrimonio)
	set(resident && facts && f&(Single|Widowed|Divorced|CivilUnionEnded) != 0, FitsStatoLibero)
	set(resident && not(Homeless), FitsResidenza)
	set(resident && facts, FitsStatoCivile)
	set(resident && family && not(Homeless), FitsStatoFamiglia)
	set(resident && family && not(Homeless|LivesAlone|LinkUnknown), FitsStatoFamigliaParentela)
	set(clean && family && f&AIRE != 0, FitsStatoFamigliaAIRE)
	set(clean && f&AIRE != 0, FitsResidenzaAIRE)
	set(resident && f&AcquiredCitizenship != 0, FitsCittadinanzaStorica)
	set(resident && f&Moved != 0 && not(Homeless), FitsResidenzaStorica)
	return fit
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] > 126 {
			return false
		}
	}
	return true
}
