/**
 * How things go in the nation that is told. Medians are in days, spreads are those of the logarithm, chances are per case; README.md says
 * of each whether it is read (DOMAIN marks R) or ours (I).
 */
export const assumptions = {
  /** Works that a board pays for with one grant. */
  works: { least: 3, most: 7 },
  /** Proposals beyond those approved, on average. */
  proposalsNotApproved: 0.5,
  /** What becomes of them. */
  notApproved: { rejected: 45, deferred: 35, withdrawn: 20 },
  grantEveryYear: 0.92,
  locationRejectsProgramme: 0.005,
  planReturned: 0.1,
  /** The head of the kelurahan stays away from a meeting at which he is expected. */
  lurahAbsent: 0.07,
  /** Kelurahan that elect their board in the run of their first year, where the programme has that. */
  boardElected: 0.3,
  /** What an exit criterion of a stage finds wanting. */
  reflectionNarrow: 0.07,
  surveyorsFew: 0.05,
  marketingUnreported: 0.1,
  managementUnagreed: 0.08,
  reviewOmitted: 0.05,
  annualMeetingEarly: 0.04,
  surveyReturned: 0.08,
  /** Of the runs in which money comes: readiness that reaches its last stage; of these, by force; of a stage, not proven. */
  readinessCompleted: 0.7,
  readinessForced: 0.015,
  readinessUnproven: 0.06,
  developmentFollowed: 0.12,
  allocationRevised: 0.02,
  allocationRevoked: 0.007,

  proposalReturned: { V1: 0.05, V2: 0.08, V3: 0.02, V4: 0.05 },
  drawingMissing: 0.05,
  approvedForLess: 0.15,
  proposalAmended: 0.03,
  workTerminated: 0.008,
  workSuspended: 0.006,
  workStoppedBetweenTranches: 0.35,
  workStopsAfterDays: 30,
  instalmentHeld: 0.04,
  lpjOfGroupReturned: 0.12,
  defectsFound: 0.06,
  leftoverWithGroup: 0.3,
  operatingCostPercent: 3,

  fileReturned: { 'VF-10': 0.12, 'VF-11': 0.04, 'VF-12': 0.1, 'VF-13': 0.04 },
  revision: { median: 12, spread: 0.6 },
  budgetRevision: { chance: 0.05, median: 24, spread: 0.4 },
  lpjOfBoardReturned: 0.08,

  swadayaOfGrantPercent: { least: 5, most: 30 },
  swadayaRealisedPercent: { least: 65, most: 110 },
  swadayaWrittenDown: 0.02,

  complaintsPerYear: 0.8,
  complaintSeverity: [
    [1, 34],
    [2, 33],
    [3, 25],
  ],
  /** A complaint that suspends the last tranche of a grant. */
  complaintSevere: 0.03,
  complaintEscalated: 0.05,
  complaintLeftOpen: 0.007,

  /** Days between sittings of who enters the papers of a kelurahan, and how many keep which rhythm. */
  sittings: [
    [1, 10],
    [3, 25],
    [7, 45],
    [14, 20],
  ],
  enteredLate: { chance: 0.06, median: 28, spread: 0.7 },

  delay: {
    submittedToRegistered: 3,
    registeredToFeasible: 4,
    feasibleToEligible: 2,
    eligibleToConfirmed: 4,
    verifiedToDecided: 6,
    requestToFirstCheck: 3,
    desk: 3,
    requestToPayment: 4,
    paymentToOrder: 4,
    orderToSp2d: 2,
    sp2dToCredit: 1,
    creditToInstalment: 6,
    instalmentToReport: 18,
    completeToLpj: 5,
    lpjCheck: 4,
    lpjAccepted: 7,
    handover: 12,
    handoverToMaintainers: 14,
    maintenance: 180,
  },
  /** Treasury and programme close the year on these days (month, day): what would be later is hurried. */
  yearEnd: {
    agreement: [7, 31],
    priorities: [8, 15],
    contract: [8, 31],
    firstSp2d: [9, 30],
    progress: [12, 1],
    lastRequest: [12, 5],
    lastSp2d: [12, 20],
  },
} as const
