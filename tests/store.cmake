foreach(unit columns geometry_blob layer layer_writer rtree_pack store store_query store_tools)
  cassini_unit_test(test_${unit} USES store)
endforeach()
cassini_fuzz_target(fuzz_geometry_blob USES store)
