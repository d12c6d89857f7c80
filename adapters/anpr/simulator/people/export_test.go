package people

// The computation of codes, for names the population does not have.
var (
	FiscalCode     = fiscalCode
	OmocodeVariant = omocode
)
