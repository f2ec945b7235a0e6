# Writes MaxMind DB files: one tree, one output file, renamed into place when it is complete.
# Used by build-mmdb and testdb; the library is Debian's libmaxmind-db-writer-perl.
package Writer;
use strict;
use warnings;

# Its newest version warns at each start that its makers will not go on with it.  It is what Debian has, and complete.
BEGIN {
    local $SIG{__WARN__} = sub { warn @_ unless $_[0] =~ /is deprecated and should no longer be used/ };
    require MaxMind::DB::Writer::Tree;
}

# The type of every key of the layouts that we write.  Everything else is a map.
my %TYPES = (
    autonomous_system_number       => 'uint32',
    autonomous_system_organization => 'utf8_string',
    city                           => 'map',
    country                        => 'map',
    country_code                   => 'utf8_string',
    geoname_id                     => 'uint32',
    iso_code                       => 'utf8_string',
    latitude                       => 'double',
    location                       => 'map',
    longitude                      => 'double',
    names                          => 'map',
    en                             => 'utf8_string',
    registered_country             => 'map',
    state1                         => 'utf8_string',
);

# new(type =>, description =>, epoch =>, version => 4 or 6, types => { more or other types }, reserved => keep
# documentation and private networks too).
sub new {
    my ( $class, %o ) = @_;
    my %types = ( %TYPES, %{ $o{types} || {} } );
    my $tree  = MaxMind::DB::Writer::Tree->new(
        ip_version               => $o{version} || 6,
        record_size              => 24,
        database_type            => $o{type},
        languages                => ['en'],
        description              => { en => $o{description} },
        remove_reserved_networks => $o{reserved} ? 0 : 1,
        map_key_type_callback    => sub { $types{ $_[0] } || die "no type for the key $_[0]\n" },
    );

    # The epoch is to be the age of the data, which an analyst asks for, and not that of the conversion; it also
    # makes the same input give the same file.  The library has the setter, but no argument for it.
    $tree->_set_build_epoch( $o{epoch} ) if $o{epoch} && $tree->can('_set_build_epoch');
    return bless { tree => $tree, count => 0 }, $class;
}

sub network {
    my ( $self, $network, $data ) = @_;
    $self->{tree}->insert_network( $network, $data );
    $self->{count}++;
}

sub range {
    my ( $self, $first, $last, $data ) = @_;
    $self->{tree}->insert_range( $first, $last, $data );
    $self->{count}++;
}

sub count { $_[0]{count} }

sub write {
    my ( $self, $path ) = @_;
    my $part = "$path.part$$";
    open my $out, '>:raw', $part or die "$part: $!\n";
    $self->{tree}->write_tree($out);
    close $out or die "$part: $!\n";
    rename $part, $path or die "$path: $!\n";
}

1;
