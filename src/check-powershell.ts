/** The PowerShell lines that mend what `roombridge check` finds at a tenant, to be read and run by an administrator. */

/** Single quotes, which expand nothing; PowerShell takes typographic ones for them, too. `bare`: only where needed. */
export function powerShellText(value: string, quotes: 'always' | 'bare' = 'always'): string {
  if (quotes === 'bare' && /^[\w.+-]+@[\w.-]+$/.test(value)) return value;
  return `'${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/** https://learn.microsoft.com/powershell/module/exchange/set-calendarprocessing */
export const keepWhatOrganizersWrote =
  'Set-CalendarProcessing -Identity $_ -DeleteSubject $false -AddOrganizerToSubject $false -DeleteComments $false ' +
  '-RemovePrivateProperty $false';
export const acceptByItself = 'Set-CalendarProcessing -Identity $_ -AutomateProcessing AutoAccept';
export const showProcessing =
  'Get-CalendarProcessing -Identity $_ | Format-List Identity, AutomateProcessing, DeleteSubject, ' +
  'AddOrganizerToSubject, DeleteComments, RemovePrivateProperty, ProcessExternalMeetingMessages, ' +
  'RemoveCanceledMeetings, BookingWindowInDays';

export const setWindow = (days: number) => `Set-CalendarProcessing -Identity $_ -BookingWindowInDays ${days}`;

/** `zone` is Windows' name; undefined: to be filled in. */
export const setZone = (zone = '<zone such as W. Europe Standard Time>') =>
  `Set-MailboxRegionalConfiguration -Identity $_ -TimeZone "${zone}"`;

export const addToGroup = 'Add-DistributionGroupMember -Identity "<group of the scope>" -Member $_';
export const findMailbox = 'Get-EXOMailbox -Identity $_';

/** `scope` is the name of one; each has a group of its own. https://learn.microsoft.com/exchange/permissions-exo/application-rbac */
export const assignRoles = (clientId: string, roles: readonly string[], scope: string) =>
  [
    `New-ServicePrincipal -AppId ${clientId} -ObjectId <object ID of the enterprise application> -DisplayName Roombridge`,
    `New-ManagementScope -Name "${scope}" -RecipientRestrictionFilter "MemberOfGroup -eq '<DN of the group>'"`,
    ...roles.map(
      (role) =>
        `New-ManagementRoleAssignment -App ${clientId} -Role "Application ${role}" -CustomResourceScope "${scope}"`,
    ),
  ].join('; ');

/** The older way of narrowing what stands in the token: https://learn.microsoft.com/graph/auth-limit-mailbox-access */
export const restrictByPolicy = (clientId: string) =>
  `New-ApplicationAccessPolicy -AppId ${clientId} -PolicyScopeGroupId "<group>" -AccessRight RestrictAccess ` +
  '-Description "Roombridge"';

/** Microsoft Graph PowerShell; takes away a consent that was given in Entra. */
export const removeConsent = (clientId: string, permissions: readonly string[]) =>
  [
    'Connect-MgGraph -Scopes AppRoleAssignment.ReadWrite.All,Application.Read.All',
    `$app = Get-MgServicePrincipal -Filter "appId eq '${clientId}'"`,
    `$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"`,
    `$ids = ($graph.AppRoles | Where-Object Value -in ${permissions.map((one) => powerShellText(one)).join(',')}).Id`,
    'Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $app.Id -All | Where-Object AppRoleId -in $ids | ' +
      'ForEach-Object { Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $app.Id -AppRoleAssignmentId $_.Id }',
  ].join('; ');
